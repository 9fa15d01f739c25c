#include "node/reset.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "host/run_lock.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "reset/finalize.hpp"
#include "reset/leave_cluster.hpp"
#include "reset/reset_programs.hpp"
#include "reset/reset_steps.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

bool holds_generation(const fs::path& directory) {
    return !directory_entries(directory).empty();
}

/// Returns the ledger, an empty one if only the end of an earlier reset is missing.
Ledger ledger_of_machine(const Root& root) {
    auto ledger = read_ledger(root);
    if (ledger != Ledger{} || !unfinalized(root).empty()) {
        return ledger;
    }
    if (fs::exists(root.at(paths::state)) && !holds_generation(root.at(paths::generations))) {
        ledger.directories = {paths::state};
        return ledger;
    }
    if (!holds_generation(root.at(paths::generations))) {
        throw Error("k8s-node-install has installed nothing on this machine: there is neither a "
                    "ledger nor a generation in /etc/k8s-node",
                    ExitStatus::unsuitable)
            .try_this("remove a node that another tool has set up with that tool "
                      "(for example: kubeadm reset)");
    }
    throw Error("the ledger " + std::string(paths::state) +
                    "/ledger.json is missing: nothing tells what was created by k8s-node-install",
                ExitStatus::unsuitable)
        .try_this("restore it; without it, stop k8s-node.target and remove things by hand: "
                  "'manifest.json' of each generation lists files and units");
}

void require_host(const NodeOptions& options) {
    if (!options.root.is_host()) {
        throw Error("reset works only on the machine that it runs on, not under another root",
                    ExitStatus::usage);
    }
}

/// Runs steps, records their times, and continues after a failure if the next step does not depend
/// on it.
class Steps {
public:
    Steps(ResetSteps& reset_steps, ResetResult& result)
        : reset_steps_(reset_steps), result_(result) {}

    void run(const std::string& name, void (*step)(ResetSteps&)) {
        reset_steps_.events.report({Priority::debug, name, {}, {{"K8S_NODE_PHASE", "reset"}}});
        const auto start = Clock::now();
        try {
            step(reset_steps_);
        } catch (const Error& error) {
            fail(name, error);
        } catch (const fs::filesystem_error& error) {
            fail(name, Error(error.what()));
        }
        const std::chrono::duration<double> took = Clock::now() - start;
        result_.steps.push_back({name, took.count()});
    }

    [[nodiscard]] bool failed() const { return !result_.problems.empty(); }

private:
    void fail(const std::string& name, const Error& error) {
        auto text = name + ": " + error.message();
        for (const auto& detail : error.details()) {
            text += "\n  " + detail;
        }
        if (!error.hint().empty()) {
            text += "\n  try: " + error.hint();
        }
        reset_steps_.events.report({Priority::error, text, {}, {{"K8S_NODE_PHASE", "reset"}}});
        result_.problems.push_back(std::move(text));
    }

    ResetSteps& reset_steps_;
    ResetResult& result_;
};

void leave(ResetSteps& reset_steps) {
    // Kept data make the same etcd member, and the same cluster, again.
    if (!reset_steps.scope.keep.data || !reset_steps.scope.ledger.units.contains("etcd.service")) {
        leave_cluster(reset_steps.scope.ledger, Root("/"), reset_steps.events);
    }
}

void stop_everything(Steps& steps) {
    steps.run("stop kubelet", stop_kubelet);
    steps.run("leave the cluster", leave);
    steps.run("end pods", end_pods);
    steps.run("stop services", stop_units);
    steps.run("end processes", end_processes);
}

/// Returns true if nothing is left but what another attempt needs.
bool remove_everything(Steps& steps, ResetSteps& reset_steps) {
    steps.run("remove interfaces", remove_interfaces);
    steps.run("remove firewall rules", remove_firewall);
    steps.run("unmount", unmount);
    if (steps.failed()) {
        return false; // what still runs or is mounted may use what would be deleted
    }
    steps.run("remove data", remove_paths);
    steps.run("remove files", remove_files);
    steps.run("remove users", remove_users);
    steps.run("restore kernel parameters", restore_sysctls);
    steps.run("restore logind", restore_logind);
    return !steps.failed() && inventory(reset_steps.scope, reset_steps.services).empty();
}

std::vector<Leftover> look(const ResetScope& scope, ServiceManager* services) {
    auto all = inventory(scope, services);
    const auto end = final_inventory(scope);
    all.insert(all.end(), end.begin(), end.end());
    return all;
}

std::vector<Leftover> without(std::vector<Leftover> all, const std::vector<Leftover>& left) {
    std::erase_if(all, [&](const Leftover& one) {
        return std::find(left.begin(), left.end(), one) != left.end();
    });
    return all;
}

} // namespace

std::vector<Leftover> inventory_of_node(const NodeOptions& options, const Keep& keep) {
    require_host(options);
    const auto services = open_services(options.root, Services::changed);
    return look(scope_of(ledger_of_machine(options.root), keep), services.get());
}

ResetResult reset(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                  const OnInventory& on_inventory) {
    require_host(options);
    const auto seen = ledger_of_machine(options.root); // refuses before a lock file is created
    const auto lock = take_lock(options, "reset", reporting.events);
    refuse_pinned_boot(options.root);
    // Taking the lock may have been all that an earlier reset was missing.
    const auto ledger =
        seen == Ledger{} ? read_ledger(options.root) : ledger_of_machine(options.root);
    const auto services = open_services(options.root, Services::changed);
    ResetResult result;
    result.node_name = ledger.node_name;
    ResetSteps reset_steps{scope_of(ledger, keep), services.get(), reporting.events};
    require_programs(reset_steps.scope);
    const auto found = look(reset_steps.scope, services.get());
    if (!on_inventory(found)) {
        result.declined = true;
        return result;
    }
    Steps steps(reset_steps, result);
    stop_everything(steps);
    reset_steps.scope = scope_of(ledger, keep); // stopping may have changed it
    if (remove_everything(steps, reset_steps)) {
        steps.run("remove generations and store", remove_end);
    }
    result.left = look(scope_of(ledger, keep), services.get());
    result.removed = without(found, result.left);
    if (result.left.empty() && !keep.state) {
        restart_others(reset_steps); // not earlier: their processes look like ours
    }
    if (!fs::exists(options.root.at(paths::state)) && result.left.empty()) {
        fs::remove(options.root.at(paths::lock)); // a waiting run notices that and creates it anew
    }
    return result;
}

} // namespace k8s_node
