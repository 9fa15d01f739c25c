#include "reset/reset_steps.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "generations/backup.hpp"
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

/// Stopped too, because it would install again as soon as it has the lock.
constexpr const char* installer = "k8s-node-install.service";
/// Time for pods to end by themselves, and for helpers of the runtime, which have nothing to lose
/// by then.
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

void stop(ResetSteps& reset_steps, const std::vector<std::string>& units) {
    if (reset_steps.services == nullptr || units.empty()) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& unit : reset_steps.services->list_units(units)) {
        // Inactive ones too: right after a boot their start may be queued.
        if (unit.load != "not-found") {
            jobs.push_back({JobKind::stop, unit.name});
        }
    }
    StopProgress progress(reset_steps.events);
    JobOptions options;
    options.deadline = stop_deadline;
    const auto failures = reset_steps.services->run(jobs, options, progress);
    for (const auto& job : jobs) {
        reset_steps.services->reset_failed(job.unit);
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
        throw error.try_this(
            "they are stuck in the kernel, mostly on a file system whose server is "
            "gone; when they have ended, run the same command again");
    }
}

/// An install that runs instead of another attempt must not take restored files for ours.
void disown_restored(ResetSteps& reset_steps) {
    auto& ledger = reset_steps.scope.ledger;
    if (ledger.backups.empty()) {
        return;
    }
    for (const auto& path : std::set<std::string>(ledger.backups)) {
        if (!stays_as_identity(reset_steps.scope, path)) {
            ledger.forget(path);
        }
    }
    write_ledger(Root("/"), ledger);
}

} // namespace

void stop_kubelet(ResetSteps& reset_steps) {
    stop(reset_steps, {installer});
    if (const auto& kubelet = reset_steps.scope.ledger.provided.kubelet) {
        stop(reset_steps, {kubelet->unit});
    }
}

void end_pods(ResetSteps& reset_steps) {
    end({reset_steps.scope.ledger.cleanup.cgroups, {}}, pod_grace);
}

void stop_units(ResetSteps& reset_steps) {
    stop(reset_steps, reset_steps.scope.units);
}

void end_processes(ResetSteps& reset_steps) {
    end(reset_steps.scope.processes, helper_grace);
    std::vector<std::string> slices;
    for (const auto& group : reset_steps.scope.ledger.cleanup.cgroups) {
        if (group.ends_with(".slice")) {
            slices.push_back(group);
        }
    }
    stop(reset_steps, slices);
    for (const auto& group : teardown::find_cgroups(reset_steps.scope.ledger.cleanup.cgroups)) {
        teardown::remove_cgroup(group);
    }
}

void remove_interfaces(ResetSteps& reset_steps) {
    for (const auto& interface : our_interfaces(reset_steps.scope)) {
        teardown::remove_interface(interface);
    }
}

void remove_firewall(ResetSteps& reset_steps) {
    const auto& cleanup = reset_steps.scope.ledger.cleanup;
    teardown::remove_firewall(cleanup);
    for (const auto& table : teardown::find_nftables(cleanup.nftables_tables)) {
        teardown::remove_nftables(table);
    }
}

void unmount(ResetSteps& reset_steps) {
    const auto stuck = teardown::unmount_all(reset_steps.scope.mounts);
    if (stuck.empty()) {
        return;
    }
    Error error("nothing is deleted while something is still mounted below it",
                ExitStatus::residue);
    for (const auto& mount : stuck) {
        error.with_detail(mount.point + ": " + mount.why +
                          (mount.users.empty() ? "" : ", used by " + join(mount.users, ", ")));
    }
    throw error.try_this(
        "stop what uses it or unmount it by hand, then run the same command again");
}

void remove_paths(ResetSteps& reset_steps) {
    for (const auto& tree : reset_steps.scope.trees) {
        teardown::remove_tree(tree,
                              reset_steps.scope.emptied.contains(tree) ? teardown::Top::keep
                                                                       : teardown::Top::remove,
                              reset_steps.scope.kept);
    }
    for (const auto& path : reset_steps.scope.network_namespaces) {
        teardown::remove_tree(path, teardown::Top::remove);
    }
}

void remove_empty_directories(const ResetSteps& reset_steps) {
    std::vector<std::string> directories(reset_steps.scope.ledger.directories.begin(),
                                         reset_steps.scope.ledger.directories.end());
    std::sort(directories.begin(), directories.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (const auto& directory : directories) {
        teardown::remove_if_empty(directory);
    }
}

void remove_files(ResetSteps& reset_steps) {
    const auto& ledger = reset_steps.scope.ledger;
    for (const auto& path : ledger.backups) {
        // One without a backup was restored by an earlier attempt.
        if (!stays_as_identity(reset_steps.scope, path)) {
            static_cast<void>(restore_backup(path));
        }
    }
    disown_restored(reset_steps);
    for (const auto* paths : {&ledger.files, &ledger.links}) {
        for (const auto& path : *paths) {
            if (!stays_as_identity(reset_steps.scope, path)) {
                fs::remove(path);
            }
        }
    }
    remove_empty_directories(reset_steps);
}

} // namespace k8s_node
