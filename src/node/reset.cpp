#include "node/reset.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "apply/generation_kind.hpp"
#include "apply/ledger.hpp"
#include "host/run_lock.hpp"
#include "node/generations.hpp"
#include "node/leave_cluster.hpp"
#include "node/machine.hpp"
#include "node/reset_programs.hpp"
#include "node/takedown.hpp"
#include "node/vanish.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

bool holds_generation(const fs::path& directory) {
    std::error_code error;
    return fs::exists(directory, error) && !fs::is_empty(directory, error);
}

/// The ledger, an empty one where only the end of an earlier reset is missing.
Ledger ledger_of_machine(const Root& root) {
    auto ledger = read_ledger(root);
    if (ledger != Ledger{} || !vanishing(root).empty()) {
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
            .try_this("a node that something else has set up is taken away by that "
                      "(for example: kubeadm reset)");
    }
    throw Error("the ledger " + std::string(paths::state) +
                    "/ledger.json is missing: nothing tells what here is ours",
                ExitStatus::unsuitable)
        .try_this("restore it; without it, stop k8s-node.target and remove what is not wanted "
                  "by hand: 'manifest.json' of each generation names files and units");
}

void require_host(const NodeOptions& options) {
    if (!options.root.is_host()) {
        throw Error("reset works on the machine that it runs on, not under another root",
                    ExitStatus::usage);
    }
}

/// Runs steps, keeps their times, and goes on after a failure where the next
/// step does not depend on it.
class Steps {
public:
    Steps(Takedown& takedown, ResetResult& result) : takedown_(takedown), result_(result) {}

    void run(const std::string& name, void (*step)(Takedown&)) {
        takedown_.events.report({Priority::debug, name, {}, {{"K8S_NODE_PHASE", "reset"}}});
        const auto start = Clock::now();
        try {
            step(takedown_);
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
        takedown_.events.report({Priority::error, text, {}, {{"K8S_NODE_PHASE", "reset"}}});
        result_.problems.push_back(std::move(text));
    }

    Takedown& takedown_;
    ResetResult& result_;
};

void say_goodbye(Takedown& takedown) {
    // Kept data make the same member of etcd, and the same cluster, again.
    if (!takedown.scope.keep.data || !takedown.scope.ledger.units.contains("etcd.service")) {
        leave_cluster(takedown.scope.ledger, Root("/"), takedown.events);
    }
}

void stop_everything(Steps& steps) {
    steps.run("stop kubelet", stop_kubelet);
    steps.run("leave the cluster", say_goodbye);
    steps.run("end pods", end_pods);
    steps.run("stop services", stop_units);
    steps.run("end processes", end_processes);
}

/// True when nothing but what another attempt needs is left.
bool remove_everything(Steps& steps, Takedown& takedown) {
    steps.run("remove interfaces", remove_interfaces);
    steps.run("remove firewall rules", remove_firewall);
    steps.run("unmount", unmount);
    if (steps.failed()) {
        return false; // what still runs or is mounted may hold what would be deleted
    }
    steps.run("remove data", remove_paths);
    steps.run("remove files", remove_files);
    steps.run("remove users", remove_users);
    steps.run("restore kernel parameters", restore_sysctls);
    steps.run("restore logind", restore_logind);
    return !steps.failed() && survey(takedown.scope, takedown.services).empty();
}

std::vector<Leftover> look(const ResetScope& scope, ServiceManager* services) {
    auto all = survey(scope, services);
    const auto end = survey_end(scope);
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

std::vector<Leftover> survey_node(const NodeOptions& options, const Keep& keep) {
    require_host(options);
    const auto services = open_services(options.root, Services::changed);
    return look(scope_of(ledger_of_machine(options.root), keep), services.get());
}

ResetResult reset(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                  const OnSurvey& on_survey) {
    require_host(options);
    const auto seen = ledger_of_machine(options.root); // refuses before it leaves a lock file
    const auto lock = take_lock(options, "reset", reporting.events);
    refuse_pinned_boot(options.root);
    // Taking the lock may have been all that an earlier reset was missing.
    const auto ledger =
        seen == Ledger{} ? read_ledger(options.root) : ledger_of_machine(options.root);
    const auto services = open_services(options.root, Services::changed);
    ResetResult result;
    result.node_name = ledger.node_name;
    Takedown takedown{scope_of(ledger, keep), services.get(), reporting.events};
    require_programs(takedown.scope);
    const auto found = look(takedown.scope, services.get());
    if (!on_survey(found)) {
        result.declined = true;
        return result;
    }
    Steps steps(takedown, result);
    stop_everything(steps);
    takedown.scope = scope_of(ledger, keep); // what stopping has made or unmade
    if (remove_everything(steps, takedown)) {
        steps.run("remove generations and store", remove_end);
    }
    result.left = look(scope_of(ledger, keep), services.get());
    result.removed = without(found, result.left);
    if (result.left.empty() && !keep.state) {
        restart_others(takedown); // not earlier: what they do looks like ours
    }
    if (!fs::exists(options.root.at(paths::state)) && result.left.empty()) {
        fs::remove(options.root.at(paths::lock)); // whoever waits for it notices, and makes it anew
    }
    return result;
}

} // namespace k8s_node
