#include "resources/removal.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/ledger.hpp"
#include "join/join_data.hpp"
#include "support/file_kinds.hpp"
#include "support/files.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

bool stays_as_identity(const RemovalScope& scope, const std::string& path) {
    return (scope.keep.identity && scope.ledger.keys.contains(path)) ||
           (scope.keep.state && is_for_next_install(path));
}

bool is_for_next_install(const std::string& path) {
    constexpr std::string_view drop_ins = "/etc/k8s-node/node.d/";
    return path == paths::join_data || path == paths::node_configuration ||
           path.starts_with(drop_ins);
}

std::set<std::string> under_root(const std::set<std::string>& paths, const Root& root) {
    std::set<std::string> out;
    for (const auto& path : paths) {
        out.insert(root.at(path).string());
    }
    return out;
}

bool is_empty_of_all_but(const fs::path& directory, const std::set<std::string>& kept) {
    std::error_code error;
    fs::recursive_directory_iterator entry(directory, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        const auto path = entry->path().string();
        const bool leads_to_kept = std::any_of(kept.begin(), kept.end(), [&](const auto& one) {
            return one == path || one.starts_with(path + "/");
        });
        if (kept.contains(path)) {
            entry.disable_recursion_pending();
        } else if (!leads_to_kept) {
            return false;
        }
    }
    return !error || is_missing(error); // a directory that cannot be read may hold anything
}

bool existed_before(const std::string& place, const RemovalScope& scope) {
    return !scope.ledger.directories.contains(place);
}

void look_at_place(const std::string& place, const Removal& removal, std::vector<Leftover>& out) {
    const auto path = removal.root.at(place);
    const bool stays = existed_before(place, removal.scope);
    if (path_exists(path) && !(stays && is_empty_of_all_but(path, {}))) {
        out.push_back({"path", place});
    }
}

void remove_place(const std::string& place, const Removal& removal) {
    teardown::remove_tree(removal.root.at(place), existed_before(place, removal.scope)
                                                      ? teardown::Top::keep
                                                      : teardown::Top::remove);
}

} // namespace k8s_node
