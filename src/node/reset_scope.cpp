// What a reset has to look at, from the ledger and what is to be kept.
#include <algorithm>
#include <filesystem>

#include "apply/hand_over.hpp"
#include "model/node_spec.hpp"
#include "node/survey.hpp"
#include "plan/hand_over.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr const char* namespaces = "/run/netns/";

bool is_there(const std::string& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

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

/// A mount of a top directory itself is the operator's if the directory was
/// there before us; else it came with the node.
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

/// Data that were there before the node stay, and only what the node has mounted
/// below them goes.
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

/// Containers that are not the node's have namespaces of the same names.
void add_network_namespaces(ResetScope& scope) {
    for (const auto& pattern : scope.ledger.leaves.network_namespaces) {
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

/// What a pattern found came with the node; what is named in full and was not
/// noted as missing is older.
void note_emptied(ResetScope& scope) {
    const auto& leaves = scope.ledger.leaves;
    for (const auto* list : {&leaves.paths, &leaves.data, &leaves.identity}) {
        for (const auto& path : *list) {
            if (!scope.ledger.directories.contains(path)) {
                scope.emptied.insert(path);
            }
        }
    }
}

/// What mke2fs(8) has made is the file system's.
void keep_lost_and_found(ResetScope& scope) {
    for (const auto& place : scope.emptied) {
        if (is_there(place + "/lost+found")) {
            scope.kept.insert(place + "/lost+found");
        }
    }
}

} // namespace

ResetScope scope_of(const Ledger& ledger, const Keep& keep) {
    ResetScope scope;
    scope.ledger = ledger;
    scope.keep = keep;
    scope.keep.identity |= keep.data; // what is encrypted or signed with it is in the data
    const auto& leaves = ledger.leaves;
    add_existing(leaves.paths, scope.trees);
    const auto sort_out = [&](const std::vector<std::string>& patterns, bool kept) {
        if (kept) {
            const auto stay = existing(patterns);
            scope.kept.insert(stay.begin(), stay.end());
        } else {
            add_existing(patterns, scope.trees);
        }
    };
    sort_out(leaves.data, scope.keep.data);
    sort_out(leaves.identity, scope.keep.identity);
    leave_found_data(scope);
    note_emptied(scope);
    keep_lost_and_found(scope);
    std::error_code error;
    const auto store = fs::canonical(paths::store, error); // as /proc names programs in it
    scope.processes.store = error ? fs::path(paths::store) : store;
    scope.processes.cgroups = leaves.cgroups;
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
