#include "reset/reset_end.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "engine/take_away.hpp"
#include "generations/finalize.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// After a power cut nothing may reappear of a removed tree when the ledger that listed it is
/// removed too.
void sync_removals(const Removal& removal) {
    std::set<fs::path> places = {"/etc", paths::configuration, paths::store,
                                 fs::path(paths::store).parent_path()};
    const auto note = [&](const std::string& path) {
        places.insert(path);
        places.insert(fs::path(path).parent_path());
    };
    const auto& ledger = removal.scope.ledger;
    std::for_each(ledger.files.begin(), ledger.files.end(), note);
    std::for_each(ledger.links.begin(), ledger.links.end(), note);
    std::for_each(ledger.directories.begin(), ledger.directories.end(), note);
    for (const auto* list :
         {&ledger.cleanup.paths, &ledger.cleanup.data, &ledger.cleanup.identity}) {
        std::for_each(list->begin(), list->end(), note);
    }
    for (const auto& place : places) {
        std::error_code error;
        const auto path = removal.root.at(place);
        if (fs::is_directory(fs::symlink_status(path, error))) {
            sync_directory(path);
        }
    }
}

void require_nothing_left(const Removal& removal) {
    const auto left = inventory_of_end(removal);
    if (left.empty()) {
        return;
    }
    Error error("something of the node was created again, so the ledger is kept",
                ExitStatus::residue);
    for (const auto& one : left) {
        error.with_detail(one.kind + " " + one.object);
    }
    throw error.try_this("find out what creates it, then run the same command again");
}

bool keeps_something(const Keep& keep) {
    return keep.data || keep.store || keep.identity || keep.state;
}

} // namespace

Ledger remaining_ledger(const RemovalScope& scope, const Root& root) {
    Ledger rest;
    rest.found = scope.ledger.found;
    rest.cleanup.data = scope.keep.data ? scope.ledger.cleanup.data : rest.cleanup.data;
    rest.cleanup.identity =
        scope.keep.identity ? scope.ledger.cleanup.identity : rest.cleanup.identity;
    rest.keys = scope.keep.identity ? scope.ledger.keys : rest.keys;
    rest.files = rest.keys;
    if (scope.keep.state) {
        std::ranges::copy_if(scope.ledger.files, std::inserter(rest.files, rest.files.end()),
                             is_for_next_install);
    }
    std::ranges::set_intersection(scope.ledger.backups, rest.keys,
                                  std::inserter(rest.backups, rest.backups.end()));
    // Kept data were created with them.
    rest.fixed = scope.keep.data ? scope.ledger.fixed : rest.fixed;
    rest.users = scope.keep.data ? scope.ledger.users : rest.users;
    for (const auto& directory : scope.ledger.directories) {
        if (fs::exists(root.at(directory))) {
            rest.directories.insert(directory);
        }
    }
    rest.node_name = scope.ledger.node_name;
    return rest;
}

void remove_end(Removal& removal) {
    take_away(RemovalStage::end, removal);
    require_nothing_left(removal);
    sync_removals(removal);
    // The ledger is removed last: without it nobody knows what is ours.
    const auto& scope = removal.scope;
    if (keeps_something(scope.keep)) {
        write_ledger(removal.root, remaining_ledger(scope, removal.root));
    } else {
        finalize(removal.root, scope.ledger.directories.contains(paths::configuration)
                                   ? Configuration::ours
                                   : Configuration::theirs);
    }
}

} // namespace k8s_node
