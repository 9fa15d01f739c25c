#include "resources/shared_keys.hpp"

#include <algorithm>
#include <filesystem>

#include "join/join_data.hpp"

namespace k8s_node {

namespace {

constexpr mode_t open_mode = 0644;
constexpr mode_t secret_mode = 0600;

/// Returns "etcd/ca.key" for a file below the keys' directory.
std::string name_of(const std::filesystem::path& path) {
    return path.lexically_relative(PkiSpec{}.directory).string();
}

void place(const std::filesystem::path& file, const std::string& text, const System& system) {
    const auto name = name_of(file);
    const auto path = system.root.at(file);
    make_directories(path.parent_path());
    const auto mode = find_cluster_key(name)->is_secret ? secret_mode : open_mode;
    if (!create_file_atomically(path, text, {mode, 0, 0}) &&
        !is_same_cluster_key(name, read_file(path), text)) {
        throw Error(path.string() + " exists already, and is not that of the join data",
                    ExitStatus::unsuitable)
            .try_this("move it away if it belongs to no cluster that is still needed");
    }
}

} // namespace

bool is_given(const PkiItem& item, const System& system) {
    return system.join_data != nullptr && item.state == PkiState::missing &&
           std::ranges::all_of(item.paths, [&](const auto& path) {
               return system.join_data->keys.contains(name_of(path));
           });
}

void place_given(const PkiItem& item, const System& system) {
    for (const auto& path : item.paths) {
        place(path, system.join_data->keys.at(name_of(path)), system);
    }
}

} // namespace k8s_node
