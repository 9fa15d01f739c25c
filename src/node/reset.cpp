#include "node/reset.hpp"

#include <filesystem>

#include "cluster_resources/leave_cluster.hpp"
#include "generations/finalize.hpp"
#include "generations/ledger.hpp"
#include "host/run_lock.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "reset/removal_scope.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

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

} // namespace

std::vector<Leftover> inventory_of_node(const NodeOptions& options, const Keep& keep) {
    require_host(options);
    const auto& root = options.root;
    EventLoop loop(interrupt_token());
    const auto services = open_services(root, Services::changed, loop);
    teardown::ThisHost host;
    NoEvents events;
    return whole_inventory({scope_of(ledger_of_machine(root), keep, root, host), root,
                            services.get(), loop, host, events});
}

ResetResult reset(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                  const OnInventory& on_inventory) {
    require_host(options);
    const auto& root = options.root;
    const auto seen = ledger_of_machine(root); // refuses before a lock file is created
    const auto lock = take_lock(options, "reset", reporting.events);
    refuse_pinned_boot(root);
    // Taking the lock may have been all that an earlier reset was missing.
    const auto ledger = seen == Ledger{} ? read_ledger(root) : ledger_of_machine(root);
    EventLoop loop(interrupt_token());
    const auto services = open_services(root, Services::changed, loop);
    teardown::ThisHost host;
    Removal removal{
        scope_of(ledger, keep, root, host), root, services.get(), loop, host, reporting.events};
    require_majority_without(removal);
    auto result = take_node_away(removal, on_inventory);
    if (!result.declined && !fs::exists(root.at(paths::state)) && result.left.empty()) {
        fs::remove(root.at(paths::lock)); // a waiting run notices that and creates it anew
    }
    return result;
}

} // namespace k8s_node
