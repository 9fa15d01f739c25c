#include "node/takedown.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "model/node_spec.hpp"
#include "node/intent.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "teardown/cgroups.hpp"
#include "teardown/firewall.hpp"
#include "teardown/interfaces.hpp"
#include "teardown/kernel_sets.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr const char* kubelet = "kubelet.service";
/// For pods to end by themselves; for helpers of the runtime, which have
/// nothing to lose by then.
constexpr auto pod_grace = 10s;
constexpr auto helper_grace = 1s;
constexpr auto stop_deadline = 2min;

class StopProgress : public JobObserver {
public:
    explicit StopProgress(EventSink& events) : events_(events) {}
    void finished(const FinishedJob& /*job*/) override {}
    void waiting(std::span<const PendingJob> jobs) override {
        for (const auto& job : jobs) {
            events_.report({Priority::notice, describe(job), {}, {{"K8S_NODE_PHASE", "stop"}}});
        }
    }

private:
    EventSink& events_;
};

void stop(Takedown& takedown, const std::vector<std::string>& units) {
    if (takedown.services == nullptr || units.empty()) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& unit : takedown.services->list_units(units)) {
        if (unit.active != "inactive" && unit.load != "not-found") {
            jobs.push_back({JobKind::stop, unit.name});
        }
    }
    StopProgress progress(takedown.events);
    JobOptions options;
    options.deadline = stop_deadline;
    const auto failures = takedown.services->run(jobs, options, progress);
    for (const auto& job : jobs) {
        takedown.services->reset_failed(job.unit);
    }
    throw_on_failure(failures);
}

void end(const teardown::ProcessScope& scope, std::chrono::milliseconds grace) {
    const auto left = teardown::end_processes(scope, grace);
    if (!left.empty()) {
        Error error("processes do not end although they were killed");
        for (const auto pid : left) {
            error.with_detail(teardown::describe_process(pid));
        }
        throw error.try_this("they wait for the kernel, mostly for a file system whose server is "
                             "gone; when they have ended, run the same command again");
    }
}

/// What --force had put aside goes back to its place.
void put_back(const std::string& path) {
    const fs::path aside = path + ".before-k8s-node";
    if (fs::exists(fs::symlink_status(aside))) {
        fs::rename(aside, path);
    }
}

void remove_empty_directories(const Takedown& takedown) {
    std::vector<std::string> directories(takedown.scope.ledger.directories.begin(),
                                         takedown.scope.ledger.directories.end());
    std::sort(directories.begin(), directories.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (const auto& directory : directories) {
        teardown::remove_if_empty(directory);
    }
}

/// What a later reset still has to know about what this one keeps.
Ledger remaining_ledger(const ResetScope& scope) {
    Ledger rest;
    rest.found = scope.ledger.found;
    rest.leaves.data = scope.keep.data ? scope.ledger.leaves.data : rest.leaves.data;
    rest.leaves.identity =
        scope.keep.identity ? scope.ledger.leaves.identity : rest.leaves.identity;
    rest.keys = scope.keep.identity ? scope.ledger.keys : rest.keys;
    rest.files = rest.keys;
    rest.users = scope.keep.data ? scope.ledger.users : rest.users;
    for (const auto& directory : scope.ledger.directories) {
        if (fs::exists(directory)) {
            rest.directories.insert(directory);
        }
    }
    rest.node_name = scope.ledger.node_name;
    return rest;
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

} // namespace

void stop_kubelet(Takedown& takedown) {
    if (takedown.scope.ledger.units.contains(kubelet)) {
        stop(takedown, {kubelet});
    }
}

void end_pods(Takedown& takedown) {
    end({takedown.scope.ledger.leaves.cgroups, {}}, pod_grace);
}

void stop_units(Takedown& takedown) {
    stop(takedown, takedown.scope.units);
}

void end_processes(Takedown& takedown) {
    end(takedown.scope.processes, helper_grace);
    std::vector<std::string> slices;
    for (const auto& group : takedown.scope.ledger.leaves.cgroups) {
        if (group.ends_with(".slice")) {
            slices.push_back(group);
        }
    }
    stop(takedown, slices);
    for (const auto& group : teardown::find_cgroups(takedown.scope.ledger.leaves.cgroups)) {
        teardown::remove_cgroup(group);
    }
}

void remove_interfaces(Takedown& takedown) {
    const auto ours = teardown::interfaces_to_remove(teardown::read_interfaces(),
                                                     takedown.scope.ledger.leaves.interfaces);
    for (const auto& interface : ours) {
        if (!takedown.scope.ledger.found.contains("interface " + interface.name)) {
            teardown::remove_interface(interface);
        }
    }
}

void remove_firewall(Takedown& takedown) {
    const auto& leaves = takedown.scope.ledger.leaves;
    teardown::remove_firewall(leaves);
    for (const auto& set : teardown::find_ipsets(leaves.ipsets)) {
        teardown::remove_ipset(set);
    }
    for (const auto& table : teardown::find_nftables(leaves.nftables_tables)) {
        teardown::remove_nftables(table);
    }
}

void unmount(Takedown& takedown) {
    const auto stuck = teardown::unmount_all(takedown.scope.mounts);
    if (stuck.empty()) {
        return;
    }
    Error error("nothing is deleted while something is mounted inside of it", ExitStatus::residue);
    for (const auto& mount : stuck) {
        error.with_detail(mount.point + ": " + mount.why +
                          (mount.users.empty() ? "" : ", used by " + join(mount.users, ", ")));
    }
    throw error.try_this("end what uses it or unmount it by hand, then run the same command again");
}

void remove_paths(Takedown& takedown) {
    for (const auto& tree : takedown.scope.trees) {
        teardown::remove_tree(tree,
                              takedown.scope.emptied.contains(tree) ? teardown::Top::keep
                                                                    : teardown::Top::remove,
                              takedown.scope.kept);
    }
    for (const auto& pattern : takedown.scope.ledger.leaves.network_namespaces) {
        for (const auto& path : teardown::matching_paths("/run/netns/" + pattern)) {
            teardown::remove_tree(path, teardown::Top::remove);
        }
    }
}

void remove_files(Takedown& takedown) {
    const auto& ledger = takedown.scope.ledger;
    for (const auto* paths : {&ledger.files, &ledger.links}) {
        for (const auto& path : *paths) {
            if (!stays_as_identity(takedown.scope, path)) {
                fs::remove(path);
                put_back(path);
            }
        }
    }
    remove_empty_directories(takedown);
}

void remove_users(Takedown& takedown) {
    if (takedown.scope.keep.data) {
        return; // they own the data
    }
    const auto passwd = "\n" + read_file_if_exists("/etc/passwd").value_or("");
    for (const auto& user : takedown.scope.ledger.users) {
        if (passwd.find("\n" + user + ":") == std::string::npos) {
            continue;
        }
        const auto result = run_program({"userdel", user});
        if (result.status != 0) {
            throw Error("userdel " + user + ": " + std::string(trim(result.errors)));
        }
    }
}

void remove_end(Takedown& takedown) {
    const auto& keep = takedown.scope.keep;
    fs::remove(paths::current);
    teardown::remove_tree(paths::generations, teardown::Top::remove);
    if (takedown.services != nullptr) {
        takedown.services->reload(); // the generator finds nothing: its units vanish
    }
    if (!keep.store) {
        teardown::remove_tree(paths::store, teardown::Top::remove);
    }
    if (keep.data || keep.store || keep.identity || keep.state) {
        teardown::remove_tree(paths::state, teardown::Top::keep, remembered(keep));
        remove_empty_directories(takedown);
        write_ledger(Root("/"), remaining_ledger(takedown.scope));
        return;
    }
    // The ledger is the last of them: without it nobody knows what is ours.
    teardown::remove_tree(paths::state, teardown::Top::remove, {paths::ledger});
    auto rest = takedown;
    rest.scope.ledger.directories.erase(paths::state);
    rest.scope.ledger.directories.erase(paths::configuration);
    remove_empty_directories(rest);
    teardown::remove_tree(paths::state, teardown::Top::remove);
    if (takedown.scope.ledger.directories.contains(paths::configuration)) {
        teardown::remove_if_empty(paths::configuration);
    }
}

} // namespace k8s_node
