#include "reset/take_node_away.hpp"

#include <algorithm>

#include "reset/removal_scope.hpp"
#include "reset/reset_end.hpp"
#include "unit_resources/unit_resource.hpp"

namespace k8s_node {

namespace {

std::vector<Leftover> without(std::vector<Leftover> all, const std::vector<Leftover>& left) {
    std::erase_if(all, [&](const Leftover& one) {
        return std::find(left.begin(), left.end(), one) != left.end();
    });
    return all;
}

/// Removes what a stopped node leaves. What still runs or is mounted may use what would be deleted,
/// and what is left may need generations, store and ledger for another attempt.
void remove_everything(RemovalRun& run, Removal& removal) {
    run.run(RemovalStage::remove_interfaces, RemovalStage::unmount);
    if (run.failed()) {
        return;
    }
    run.run(RemovalStage::remove_data, RemovalStage::restore_logind);
    if (!run.failed() && inventory_before_end(removal).empty()) {
        run.run(RemovalStage::end, [&] { remove_end(removal); });
    }
}

} // namespace

ResetResult take_node_away(Removal& removal, const OnInventory& on_inventory) {
    const auto ledger = removal.scope.ledger;
    const auto keep = removal.scope.keep;
    const auto look_anew = [&] {
        removal.scope = scope_of(ledger, keep, removal.root, removal.host);
    };
    ResetResult result;
    result.node_name = ledger.node_name;
    require_programs(removal);
    const auto found = whole_inventory(removal);
    if (!on_inventory(found)) {
        result.declined = true;
        return result;
    }
    RemovalRun run(removal);
    run.run(RemovalStage::stop_kubelet, RemovalStage::end_processes);
    look_anew(); // stopping may have changed it
    remove_everything(run, removal);
    result.problems = run.problems();
    result.steps = run.steps();
    look_anew();
    result.left = whole_inventory(removal);
    result.removed = without(found, result.left);
    if (result.left.empty() && !keep.state) {
        restart_found_units(removal); // not earlier: their processes look like ours
    }
    return result;
}

} // namespace k8s_node
