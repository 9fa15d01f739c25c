#include <algorithm>
#include <filesystem>
#include <iterator>

#include "generations/redeploy_state.hpp"
#include "model/node_spec.hpp"
#include "reset/finalize.hpp"
#include "reset/reset_steps.hpp"
#include "support/error.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// After a power cut nothing may reappear of a removed tree when the ledger that listed it is
/// removed too.
void sync_removals(const ResetScope& scope) {
    std::set<fs::path> places = {"/etc", paths::configuration, paths::store,
                                 fs::path(paths::store).parent_path()};
    const auto note = [&](const std::string& path) {
        places.insert(path);
        places.insert(fs::path(path).parent_path());
    };
    const auto& ledger = scope.ledger;
    std::for_each(ledger.files.begin(), ledger.files.end(), note);
    std::for_each(ledger.links.begin(), ledger.links.end(), note);
    std::for_each(ledger.directories.begin(), ledger.directories.end(), note);
    for (const auto* list :
         {&ledger.cleanup.paths, &ledger.cleanup.data, &ledger.cleanup.identity}) {
        std::for_each(list->begin(), list->end(), note);
    }
    for (const auto& place : places) {
        std::error_code error;
        if (fs::is_directory(fs::symlink_status(place, error))) {
            sync_directory(place);
        }
    }
}

/// Returns the state files that stay after a reset that keeps something.
std::set<std::string> remembered(const Keep& keep) {
    std::set<std::string> files = {paths::ledger};
    if (keep.state) {
        files.insert(redeploy_state_file(Root("/")).string());
        files.insert(intended_release(Root("/")).string());
    }
    return files;
}

/// What existed before us is emptied, not removed.
teardown::Top top_of(const char* place, const ResetScope& scope) {
    return scope.ledger.directories.contains(place) ? teardown::Top::remove : teardown::Top::keep;
}

void require_nothing_left(const ResetScope& scope) {
    const auto left = final_inventory(scope);
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

} // namespace

Ledger remaining_ledger(const ResetScope& scope) {
    Ledger rest;
    rest.found = scope.ledger.found;
    rest.cleanup.data = scope.keep.data ? scope.ledger.cleanup.data : rest.cleanup.data;
    rest.cleanup.identity =
        scope.keep.identity ? scope.ledger.cleanup.identity : rest.cleanup.identity;
    rest.keys = scope.keep.identity ? scope.ledger.keys : rest.keys;
    rest.files = rest.keys;
    std::ranges::set_intersection(scope.ledger.backups, rest.keys,
                                  std::inserter(rest.backups, rest.backups.end()));
    // Kept data were created with them.
    rest.fixed = scope.keep.data ? scope.ledger.fixed : rest.fixed;
    rest.users = scope.keep.data ? scope.ledger.users : rest.users;
    for (const auto& directory : scope.ledger.directories) {
        if (fs::exists(directory)) {
            rest.directories.insert(directory);
        }
    }
    rest.node_name = scope.ledger.node_name;
    return rest;
}

void remove_end(ResetSteps& reset_steps) {
    const auto& scope = reset_steps.scope;
    const bool keeps =
        scope.keep.data || scope.keep.store || scope.keep.identity || scope.keep.state;
    fs::remove(paths::current);
    teardown::remove_tree(paths::generations, top_of(paths::generations, scope));
    if (reset_steps.services != nullptr) {
        reset_steps.services->reload(); // without generations the generator creates no units
    }
    if (!scope.keep.store) {
        teardown::remove_tree(paths::store, top_of(paths::store, scope));
    }
    teardown::remove_tree(paths::state, teardown::Top::keep, remembered(scope.keep));
    remove_empty_directories(reset_steps);
    require_nothing_left(scope);
    sync_removals(scope);
    // The ledger is removed last: without it nobody knows what is ours.
    if (keeps) {
        write_ledger(Root("/"), remaining_ledger(scope));
    } else {
        finalize(Root("/"), scope.ledger.directories.contains(paths::configuration)
                                ? Configuration::ours
                                : Configuration::theirs);
    }
}

} // namespace k8s_node
