#include "resources/shared_keys.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "join/join_data.hpp"

namespace k8s_node {

namespace {

constexpr mode_t open_mode = 0644;
constexpr mode_t secret_mode = 0600;

/// Returns "etcd/ca.key" for a file below the keys' directory.
std::string name_of(const std::filesystem::path& path) {
    return path.lexically_relative(PkiSpec{}.directory).string();
}

void refuse_other(const std::filesystem::path& file, const std::string& text, const Root& root) {
    const auto there = read_file_if_exists(root.at(file));
    if (there && !is_same_cluster_key(name_of(file), *there, text)) {
        throw Error(root.at(file).string() + " exists already, and is not that of the join data",
                    ExitStatus::unsuitable)
            .try_this("move it away if it belongs to no cluster that is still needed");
    }
}

void place(const std::filesystem::path& file, const std::string& text, const Root& root) {
    const auto path = root.at(file);
    const bool is_secret = find_cluster_key(name_of(file))->is_secret;
    make_directories(path.parent_path());
    static_cast<void>(create_file_atomically(
        path, text, {is_secret ? secret_mode : open_mode, ::geteuid(), ::getegid()}));
}

} // namespace

bool is_given(const PkiItem& item, const System& system) {
    return system.join_data != nullptr && item.state == PkiState::missing &&
           std::ranges::all_of(item.paths, [&](const auto& path) {
               return system.join_data->keys.contains(name_of(path));
           });
}

void place_given(const PkiItem& item, const System& system) {
    const auto& keys = system.join_data->keys;
    for (const auto& path : item.paths) { // all of them, before the first is written
        refuse_other(path, keys.at(name_of(path)), system.root);
    }
    // The key first, the last of its paths: a certificate without its key would be an authority
    // that is elsewhere, and a killed run could not be finished.
    for (auto path = item.paths.rbegin(); path != item.paths.rend(); ++path) {
        place(*path, keys.at(name_of(*path)), system.root);
    }
}

} // namespace k8s_node
