#include <algorithm>
#include <filesystem>
#include <iterator>

#include "model/node_spec.hpp"
#include "node/intent.hpp"
#include "node/takedown.hpp"
#include "node/vanish.hpp"
#include "support/error.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Nothing of a tree that has gone comes back after a power cut when the ledger
/// that knew of it has gone, too.
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
    for (const auto* list : {&ledger.leaves.paths, &ledger.leaves.data, &ledger.leaves.identity}) {
        std::for_each(list->begin(), list->end(), note);
    }
    for (const auto& place : places) {
        std::error_code error;
        if (fs::is_directory(fs::symlink_status(place, error))) {
            sync_directory(place);
        }
    }
}

/// Files of the state that outlive a reset that keeps something.
std::set<std::string> remembered(const Keep& keep) {
    std::set<std::string> files = {paths::ledger};
    if (keep.state) {
        files.insert(intent_file(Root("/")).string());
        files.insert(intended_release(Root("/")).string());
    }
    return files;
}

/// What was there before us is emptied.
teardown::Top top_of(const char* place, const ResetScope& scope) {
    return scope.ledger.directories.contains(place) ? teardown::Top::remove : teardown::Top::keep;
}

void require_nothing_left(const ResetScope& scope) {
    const auto left = survey_end(scope);
    if (left.empty()) {
        return;
    }
    Error error("something of the node is there again, so that the ledger stays",
                ExitStatus::residue);
    for (const auto& one : left) {
        error.with_detail(one.kind + " " + one.object);
    }
    throw error.try_this("find out what makes it, then run the same command again");
}

} // namespace

Ledger remaining_ledger(const ResetScope& scope) {
    Ledger rest;
    rest.found = scope.ledger.found;
    rest.leaves.data = scope.keep.data ? scope.ledger.leaves.data : rest.leaves.data;
    rest.leaves.identity =
        scope.keep.identity ? scope.ledger.leaves.identity : rest.leaves.identity;
    rest.keys = scope.keep.identity ? scope.ledger.keys : rest.keys;
    rest.files = rest.keys;
    std::ranges::set_intersection(scope.ledger.aside, rest.keys,
                                  std::inserter(rest.aside, rest.aside.end()));
    // Kept data were made with them.
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

void remove_end(Takedown& takedown) {
    const auto& scope = takedown.scope;
    const bool keeps =
        scope.keep.data || scope.keep.store || scope.keep.identity || scope.keep.state;
    fs::remove(paths::current);
    teardown::remove_tree(paths::generations, top_of(paths::generations, scope));
    if (takedown.services != nullptr) {
        takedown.services->reload(); // the generator finds nothing: its units vanish
    }
    if (!scope.keep.store) {
        teardown::remove_tree(paths::store, top_of(paths::store, scope));
    }
    teardown::remove_tree(paths::state, teardown::Top::keep, remembered(scope.keep));
    remove_empty_directories(takedown);
    require_nothing_left(scope);
    sync_removals(scope);
    // The ledger is the last of all: without it nobody knows what is ours.
    if (keeps) {
        write_ledger(Root("/"), remaining_ledger(scope));
    } else {
        vanish(Root("/"), scope.ledger.directories.contains(paths::configuration)
                              ? Configuration::ours
                              : Configuration::theirs);
    }
}

} // namespace k8s_node
