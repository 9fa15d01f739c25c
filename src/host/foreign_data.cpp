#include "host/foreign_data.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "support/error.hpp"
#include "support/file_kinds.hpp"
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

/// True if it contains anything unknown other than directories; what may be one or not is none.
/// Throws Error if a directory cannot be listed.
bool holds_a_file(const Place& place, const fs::path& directory,
                  const std::set<std::string>& known) {
    return std::ranges::any_of(directory_entries(directory), [&](const fs::path& path) {
        const bool of_file_system = directory == place.path && path.filename() == lost_and_found;
        return !of_file_system && !known.contains(name_of(place, path)) &&
               (!is_real_directory(path) || holds_a_file(place, path, known));
    });
}

/// Returns the first few of the names that contain something.
std::string names_in(const Place& place, const std::set<std::string>& known) {
    constexpr std::size_t shown = 3;
    std::vector<std::string> names;
    for (const auto& path : directory_entries(place.path)) {
        const auto name = path.filename().string();
        const bool counts = name != lost_and_found && !known.contains(name_of(place, path));
        if (counts && (!is_real_directory(path) || holds_a_file(place, path, known))) {
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
        if (attributes_of(place.path / sign.name)) {
            return sign.what + (" (" + names + ")");
        }
    }
    return names;
}

/// Describes foreign data at a place; empty if there is none. Throws Error if that cannot be told.
std::string look_at(const Place& place, const std::set<std::string>& known) {
    std::error_code error;
    const auto type = fs::status(place.path, error).type();
    if (type == fs::file_type::none) {
        throw system_error(error.value(), "inspect " + place.path.string());
    }
    if (type == fs::file_type::directory) {
        return holds_a_file(place, place.path, known) ? what_is_in(place, known) : "";
    }
    return attributes_of(place.path) ? "a file" : "";
}

} // namespace

std::vector<ForeignData> find_foreign_data(const Root& root, const Cleanup& cleanup,
                                           const std::set<std::string>& known) {
    std::vector<ForeignData> found;
    for (const auto* list : {&cleanup.data, &cleanup.paths}) {
        for (const auto& name : *list) {
            if (is_pattern(name) || known.contains(name)) {
                continue;
            }
            try {
                auto what = look_at({name, root.at(name)}, known);
                if (!what.empty()) {
                    found.push_back({name, std::move(what)});
                }
            } catch (const Error& error) {
                found.push_back({name, {}, error.message()});
            }
        }
    }
    return found;
}

} // namespace k8s_node::host
