#include "node/takedown.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "apply/aside.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "teardown/cgroups.hpp"
#include "teardown/firewall.hpp"
#include "teardown/interfaces.hpp"
#include "teardown/nftables.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr const char* kubelet = "kubelet.service";
/// It would install again, as soon as it has the lock.
constexpr const char* installer = "k8s-node-install.service";
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
        // An inactive one, too: right after a boot its start may be waiting.
        if (unit.load != "not-found") {
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

/// An install that comes instead of another attempt must not take them for ours.
void disown_put_back(Takedown& takedown) {
    auto& ledger = takedown.scope.ledger;
    if (ledger.aside.empty()) {
        return;
    }
    for (const auto& path : std::set<std::string>(ledger.aside)) {
        if (!stays_as_identity(takedown.scope, path)) {
            ledger.forget(path);
        }
    }
    write_ledger(Root("/"), ledger);
}

} // namespace

void stop_kubelet(Takedown& takedown) {
    stop(takedown, {installer});
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
    for (const auto& interface : our_interfaces(takedown.scope)) {
        teardown::remove_interface(interface);
    }
}

void remove_firewall(Takedown& takedown) {
    const auto& leaves = takedown.scope.ledger.leaves;
    teardown::remove_firewall(leaves);
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
    for (const auto& path : takedown.scope.network_namespaces) {
        teardown::remove_tree(path, teardown::Top::remove);
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

void remove_files(Takedown& takedown) {
    const auto& ledger = takedown.scope.ledger;
    for (const auto& path : ledger.aside) {
        // One that nothing is aside for was put back by an earlier attempt.
        if (!stays_as_identity(takedown.scope, path)) {
            static_cast<void>(put_back(path));
        }
    }
    disown_put_back(takedown);
    for (const auto* paths : {&ledger.files, &ledger.links}) {
        for (const auto& path : *paths) {
            if (!stays_as_identity(takedown.scope, path)) {
                fs::remove(path);
            }
        }
    }
    remove_empty_directories(takedown);
}

} // namespace k8s_node
