#include "reset/reset_inventory.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/backup.hpp"
#include "model/node_spec.hpp"
#include "reset/finalize.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "teardown/cgroups.hpp"
#include "teardown/firewall.hpp"
#include "teardown/nftables.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view found_interface = "interface ";
constexpr const char* users_file = "/etc/passwd";
constexpr const char* groups_file = "/etc/group";

bool is_empty_of_all_but(const fs::path& directory, const std::set<std::string>& kept) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
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
    return true;
}

void look_at_units(const ResetScope& scope, ServiceManager* services, std::vector<Leftover>& out) {
    if (services == nullptr) {
        return;
    }
    for (const auto& unit : services->list_units(scope.units)) {
        // Transient slices of pods have no unit files; they end with their processes.
        if (unit.active != "inactive" && unit.load != "not-found") {
            out.push_back({"unit", unit.name});
        }
    }
}

/// What cannot be listed may exist, so it counts.
void look_at_nftables(const std::vector<std::string>& names, std::vector<Leftover>& out) {
    constexpr const char* kind = "nftables";
    try {
        for (auto& table : teardown::find_nftables(names)) {
            out.push_back({kind, std::move(table)});
        }
    } catch (const Error& error) {
        out.push_back({kind, error.message()});
    }
}

void look_at_kernel(const ResetScope& scope, std::vector<Leftover>& out) {
    const auto& cleanup = scope.ledger.cleanup;
    for (const auto pid : teardown::find_processes(scope.processes)) {
        out.push_back({"process", teardown::describe_process(pid)});
    }
    for (const auto& mount : teardown::unmount_order(teardown::read_mounts(), scope.mounts)) {
        out.push_back({"mount", mount.point});
    }
    for (const auto& one : our_interfaces(scope)) {
        out.push_back({"interface", one.name});
    }
    for (auto& rule : teardown::find_firewall(cleanup)) {
        out.push_back({"firewall", std::move(rule)});
    }
    look_at_nftables(cleanup.nftables_tables, out);
    for (const auto& group : teardown::find_cgroups(cleanup.cgroups)) {
        out.push_back({"cgroup", group.string()});
    }
}

void look_at_paths(const ResetScope& scope, std::vector<Leftover>& out) {
    const auto& ledger = scope.ledger;
    for (const auto& tree : scope.trees) {
        const bool stays = scope.emptied.contains(tree) || scope.kept.contains(tree);
        const bool leads = std::any_of(scope.kept.begin(), scope.kept.end(), [&](const auto& one) {
            return one.starts_with(tree + "/");
        });
        if (path_exists(tree) && !((stays || leads) && is_empty_of_all_but(tree, scope.kept))) {
            out.push_back({"path", tree});
        }
    }
    for (const auto& path : scope.network_namespaces) {
        if (path_exists(path)) {
            out.push_back({"network namespace", fs::path(path).filename().string()});
        }
    }
    for (const auto* paths : {&ledger.files, &ledger.links}) {
        for (const auto& path : *paths) {
            if (path_exists(path) && !stays_as_identity(scope, path) &&
                !is_restored(ledger, path, Root("/"))) {
                out.push_back({"file", path});
            }
        }
    }
}

bool is_ours(const ResetScope& scope, const char* file, const std::string& name) {
    return file == users_file || !scope.ledger.found.contains("group " + name);
}

void look_at_users(const ResetScope& scope, std::vector<Leftover>& out) {
    if (scope.keep.data) {
        return; // they own the data
    }
    for (const char* file : {users_file, groups_file}) {
        const auto text = "\n" + read_file_if_exists(file).value_or("");
        for (const auto& user : scope.ledger.users) {
            if (text.find("\n" + user + ":") != std::string::npos && is_ours(scope, file, user)) {
                out.push_back({file == users_file ? "user" : "group", user});
            }
        }
    }
}

} // namespace

std::vector<teardown::Interface> our_interfaces(const ResetScope& scope) {
    std::set<std::string> theirs;
    for (const auto& found : scope.ledger.found) {
        if (found.starts_with(found_interface)) {
            theirs.insert(found.substr(found_interface.size()));
        }
    }
    return teardown::interfaces_to_remove(teardown::read_interfaces(),
                                          scope.ledger.cleanup.interfaces, theirs);
}

bool stays_as_identity(const ResetScope& scope, const std::string& path) {
    return scope.keep.identity && scope.ledger.keys.contains(path);
}

std::vector<Leftover> inventory(const ResetScope& scope, ServiceManager* services) {
    std::vector<Leftover> out;
    look_at_units(scope, services, out);
    look_at_kernel(scope, out);
    look_at_paths(scope, out);
    look_at_users(scope, out);
    return out;
}

std::vector<Leftover> final_inventory(const ResetScope& scope) {
    std::vector<Leftover> out;
    std::vector<std::string> places = {paths::current, paths::generations};
    if (!scope.keep.store) {
        places.emplace_back(paths::store);
    }
    for (const auto& place : places) {
        const bool stays = place != paths::current && !scope.ledger.directories.contains(place);
        if (path_exists(place) && !(stays && is_empty_of_all_but(place, {}))) {
            out.push_back({"path", place});
        }
    }
    for (const auto& place : unfinalized(Root("/"))) {
        out.push_back({"path", place.string()});
    }
    for (const auto& directory : scope.ledger.directories) {
        std::error_code error;
        if (fs::is_directory(directory, error) && fs::is_empty(directory, error)) {
            out.push_back({"directory", directory});
        }
    }
    return out;
}

} // namespace k8s_node
