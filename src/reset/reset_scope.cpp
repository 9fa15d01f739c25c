// Computes the scope of a reset from the ledger and from what is to be kept.
#include <algorithm>
#include <filesystem>

#include "model/node_spec.hpp"
#include "plan/hand_over.hpp"
#include "reset/reset_inventory.hpp"
#include "resources/hand_over.hpp"
#include "support/files.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr const char* namespaces = "/run/netns/";

void add_existing(const std::vector<std::string>& patterns, std::vector<std::string>& to) {
    for (const auto& pattern : patterns) {
        for (const auto& path : teardown::matching_paths(pattern)) {
            to.push_back(path.string());
        }
    }
}

std::vector<std::string> existing(const std::vector<std::string>& patterns) {
    std::vector<std::string> out;
    add_existing(patterns, out);
    return out;
}

/// A mount at a top directory itself is the operator's if the directory existed before us;
/// otherwise it came with the node.
void add_mounts(ResetScope& scope) {
    for (const auto& tree : scope.trees) {
        std::error_code error;
        const auto real = fs::canonical(tree, error);
        scope.mounts.below.push_back(error ? tree : real.string());
        if (!scope.emptied.contains(tree)) {
            scope.mounts.at.push_back(tree);
        }
    }
    for (const auto& path : scope.network_namespaces) {
        scope.mounts.at.push_back(path);
    }
}

/// Data that existed before the node stay; only what the node mounted below them is removed.
void leave_found_data(ResetScope& scope) {
    std::erase_if(scope.trees, [&](const std::string& tree) {
        if (!scope.ledger.is_found_data(tree)) {
            return false;
        }
        std::error_code error;
        const auto real = fs::canonical(tree, error);
        scope.mounts.below.push_back(error ? tree : real.string());
        scope.kept.insert(tree);
        return true;
    });
}

/// Skips namespaces that other containers use: they have names of the same form.
void add_network_namespaces(ResetScope& scope) {
    for (const auto& pattern : scope.ledger.cleanup.network_namespaces) {
        for (const auto& path : teardown::matching_paths(namespaces + pattern)) {
            if (!teardown::is_used_by_others(path, scope.processes)) {
                scope.network_namespaces.push_back(path.string());
            }
        }
    }
}

void add_unit(ResetScope& scope, const std::string& unit) {
    scope.units.push_back(unit);
    scope.processes.cgroups.push_back("system.slice/" + unit);
}

/// What a pattern matches came with the node; a full path that was not recorded as missing is
/// older.
void note_emptied(ResetScope& scope) {
    const auto& cleanup = scope.ledger.cleanup;
    for (const auto* list : {&cleanup.paths, &cleanup.data, &cleanup.identity}) {
        for (const auto& path : *list) {
            if (!scope.ledger.directories.contains(path)) {
                scope.emptied.insert(path);
            }
        }
    }
}

/// What mke2fs(8) created belongs to the file system.
void keep_lost_and_found(ResetScope& scope) {
    for (const auto& place : scope.emptied) {
        if (path_exists(place + "/lost+found")) {
            scope.kept.insert(place + "/lost+found");
        }
    }
}

} // namespace

ResetScope scope_of(const Ledger& ledger, const Keep& keep) {
    ResetScope scope;
    scope.ledger = ledger;
    scope.keep = keep;
    scope.keep.identity |= keep.data; // the data are encrypted or signed with it
    const auto& cleanup = ledger.cleanup;
    add_existing(cleanup.paths, scope.trees);
    const auto add_or_keep = [&](const std::vector<std::string>& patterns, bool kept) {
        if (kept) {
            const auto stay = existing(patterns);
            scope.kept.insert(stay.begin(), stay.end());
        } else {
            add_existing(patterns, scope.trees);
        }
    };
    add_or_keep(cleanup.data, scope.keep.data);
    add_or_keep(cleanup.identity, scope.keep.identity);
    leave_found_data(scope);
    note_emptied(scope);
    keep_lost_and_found(scope);
    std::error_code error;
    const auto store = fs::canonical(paths::store, error); // as /proc names programs in it
    scope.processes.store = error ? fs::path(paths::store) : store;
    scope.processes.cgroups = cleanup.cgroups;
    for (const auto& unit : ledger.units) {
        add_unit(scope, unit);
        add_unit(scope, stand_in_of(unit)); // a killed run may have left it
        add_existing({stand_in_path(stand_in_of(unit))}, scope.trees);
    }
    scope.units.emplace_back("k8s-node.target");
    add_network_namespaces(scope);
    add_mounts(scope);
    return scope;
}

} // namespace k8s_node
