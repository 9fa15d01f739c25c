#include "host/foreign_data.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

constexpr const char* lost_and_found = "lost+found";

/// A file or directory by which the data of a well-known program are recognised.
struct Sign {
    const char* name; ///< in the directory
    const char* what;
};
constexpr std::array signs{
    Sign{"member", "the database of an etcd member"},
    Sign{"io.containerd.metadata.v1.bolt", "images and containers of containerd"},
    Sign{"pods", "pods of a kubelet"},
    Sign{"pki", "certificates of a kubelet"},
};

/// A place of data: its name on the machine and the path under which it is inspected.
struct Place {
    std::string name;
    fs::path path;
};

std::string name_of(const Place& place, const fs::path& inside) {
    const auto rest = inside.lexically_relative(place.path).string();
    return rest == "." ? place.name : place.name + "/" + rest;
}

/// True if it contains anything unknown other than directories.
bool holds_a_file(const Place& place, const fs::path& directory,
                  const std::set<std::string>& known) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const bool top = entry->path().parent_path() == place.path;
        const bool of_file_system = top && entry->path().filename() == lost_and_found;
        if (of_file_system || known.contains(name_of(place, entry->path()))) {
            entry.disable_recursion_pending();
        } else if (entry->symlink_status(error).type() != fs::file_type::directory) {
            return true;
        }
    }
    return false;
}

/// Returns the first few of the names that contain something.
std::string names_in(const Place& place, const std::set<std::string>& known) {
    constexpr std::size_t shown = 3;
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(place.path, error)) {
        const auto name = entry.path().filename().string();
        const bool counts = name != lost_and_found && !known.contains(name_of(place, entry.path()));
        if (counts && (!entry.is_directory() || entry.is_symlink() ||
                       holds_a_file(place, entry.path(), known))) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    const auto more = names.size() > shown;
    names.resize(std::min(names.size(), shown));
    return join(names, ", ") + (more ? " and more" : "");
}

std::string what_is_in(const Place& place, const std::set<std::string>& known) {
    const auto names = names_in(place, known);
    for (const auto& sign : signs) {
        if (path_exists(place.path / sign.name)) {
            return sign.what + (" (" + names + ")");
        }
    }
    return names;
}

/// Describes foreign data at a place; empty if there is none.
std::string look_at(const Place& place, const std::set<std::string>& known) {
    std::error_code ignored;
    const auto type = fs::status(place.path, ignored).type();
    if (type == fs::file_type::directory) {
        return holds_a_file(place, place.path, known) ? what_is_in(place, known) : "";
    }
    return path_exists(place.path) ? "a file" : "";
}

} // namespace

std::vector<ForeignData> find_foreign_data(const Root& root, const Cleanup& cleanup,
                                           const std::set<std::string>& known) {
    std::vector<ForeignData> found;
    for (const auto* list : {&cleanup.data, &cleanup.paths}) {
        for (const auto& name : *list) {
            if (name.find_first_of("*?[") != std::string::npos || known.contains(name)) {
                continue;
            }
            auto what = look_at({name, root.at(name)}, known);
            if (!what.empty()) {
                found.push_back({name, std::move(what)});
            }
        }
    }
    return found;
}

} // namespace k8s_node::host
