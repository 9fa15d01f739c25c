#include <algorithm>

#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "generations/redeploy_state.hpp"
#include "join/joining.hpp"
#include "membership/way_back.hpp"
#include "node/machine.hpp"
#include "node/reset.hpp"
#include "reset/lasting_findings.hpp"
#include "resources/join_resource.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

/// True if an interrupted redeploy has done its reset, so that only the install is missing.
bool only_install_is_left(const NodeOptions& options) {
    return read_ledger(options.root).units.empty() && read_redeploy_state(options.root).has_value();
}

/// The reset removes our bridge, whatever its address.
void spare_own_bridges(Findings& findings, const Ledger& ledger) {
    constexpr std::string_view check = "PodBridge-";
    const auto& ours = ledger.cleanup.interfaces;
    std::erase_if(findings, [&](const Finding& finding) {
        return finding.name.starts_with(check) &&
               std::ranges::find(ours, finding.name.substr(check.size())) != ours.end();
    });
}

/// Throws what would prevent the install, while the node still runs.
void require_suitable_machine(const NodeOptions& options, const Keep& keep,
                              const Reporting& reporting) {
    const auto node = load_desired(options);
    EventLoop loop(interrupt_token());
    const auto system = make_system(options, node.spec, nullptr, loop, reporting, "redeploy");
    CheckedPlan machine;
    const auto ledger = read_ledger(options.root);
    machine.pki.findings = findings_that_outlive_reset(check_pki(system), ledger, keep);
    machine.current = read_current_generation(options.root);
    auto findings = check_machine(options, node, machine, system);
    const auto join_data = find_join_data({}, options.root, loop);
    if (join_data != nullptr && !keep.identity && !keep.data) { // its token may have expired
        append(findings, check_joining_again(*join_data, node.spec, options.root, loop));
    }
    spare_own_bridges(findings, ledger);
    refuse_errors(findings, "this machine cannot be a node as it is, so the installed node is kept",
                  reporting.events);
}

/// A control plane that leaves others behind joins them again, and never begins a second cluster.
void keep_way_back(const NodeOptions& options, const Reporting& reporting) {
    const auto lock = take_lock(options, "redeploy", reporting.events);
    EventLoop loop(interrupt_token());
    auto back = options;
    back.join_data = make_way_back(options.root, loop, reporting.events);
    if (back.join_data != nullptr) {
        keep_join_data(
            make_system(back, load_desired(back).spec, nullptr, loop, reporting, "redeploy"));
    }
}

} // namespace

RedeployResult redeploy(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                        const OnInventory& on_inventory, const OnPlan& on_plan) {
    RedeployResult result;
    if (!only_install_is_left(options)) {
        auto kept = keep;
        kept.store = true;
        kept.state = true;
        const auto found = inventory_of_node(options, kept); // refuses before anything is fetched
        auto next = options;
        next.anew = !keep.data; // kept data were created with the fixed settings
        require_suitable_machine(next, keep, reporting);
        if (!on_inventory(found)) {
            result.reset.declined = true;
            return result;
        }
        fetch(next, reporting);
        // A run that was killed in its reset has kept one, and may have nobody left to ask.
        if (!keep.data && !read_redeploy_state(options.root)) {
            keep_way_back(next, reporting);
        }
        result.reset = reset(options, kept, reporting, [&](const std::vector<Leftover>&) {
            remember_redeploy(options.root);
            return true;
        });
        if (!result.reset.left.empty()) {
            return result;
        }
    }
    result.install = install(options, reporting, on_plan);
    return result;
}

} // namespace k8s_node
