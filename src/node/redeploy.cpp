#include <algorithm>

#include "apply/generation_kind.hpp"
#include "apply/ledger.hpp"
#include "node/intent.hpp"
#include "node/machine.hpp"
#include "node/reset.hpp"

namespace k8s_node {

namespace {

/// Whether an interrupted redeploy has done its reset, and only the install is
/// missing.
bool only_install_is_left(const NodeOptions& options) {
    return read_ledger(options.root).units.empty() && read_intent(options.root).has_value();
}

/// A bridge of ours goes with the reset, whatever its address.
void spare_own_bridges(Findings& findings, const Ledger& ledger) {
    constexpr std::string_view check = "PodBridge-";
    const auto& ours = ledger.leaves.interfaces;
    std::erase_if(findings, [&](const Finding& finding) {
        return finding.name.starts_with(check) &&
               std::ranges::find(ours, finding.name.substr(check.size())) != ours.end();
    });
}

/// What would keep the install from its work is said while the node still
/// serves.
void require_fit_machine(const NodeOptions& options, const Keep& keep, const Reporting& reporting) {
    const auto node = load_desired(options);
    const auto system = make_system(options, node.spec, nullptr, reporting, "redeploy");
    CheckedPlan machine;
    const auto ledger = read_ledger(options.root);
    machine.pki.findings = findings_that_outlive_reset(check_pki(system), ledger, keep);
    machine.current = read_current_generation(options.root);
    auto findings = check_machine(options, node, machine, system);
    spare_own_bridges(findings, ledger);
    refuse_unfit(findings, "this machine cannot be a node as it is, so that the one on it stays",
                 reporting.events);
}

} // namespace

Findings findings_that_outlive_reset(const PkiCheck& check, const Ledger& ledger,
                                     const Keep& keep) {
    Findings lasting;
    auto finding = check.findings.begin(); // one for each broken item, in their order
    for (const auto& item : check.items) {
        if (item.state != PkiState::broken) {
            continue;
        }
        const bool theirs = std::ranges::any_of(
            item.paths, [&](const auto& path) { return !ledger.keys.contains(path.string()); });
        if (theirs || keep.identity || keep.data) { // who keeps data keeps the identity
            lasting.push_back(*finding);
        }
        ++finding;
    }
    return lasting;
}

RedeployResult redeploy(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                        const OnSurvey& on_survey, const OnPlan& on_plan) {
    RedeployResult result;
    if (!only_install_is_left(options)) {
        static_cast<void>(survey_node(options, keep)); // refuses before anything is fetched
        auto next = options;
        next.anew = !keep.data; // what stays was made with what is fixed
        require_fit_machine(next, keep, reporting);
        fetch(next, reporting);
        auto kept = keep;
        kept.store = true;
        kept.state = true;
        result.reset = reset(options, kept, reporting, [&](const std::vector<Leftover>& found) {
            const bool go_on = on_survey(found);
            if (go_on) {
                remember_intent(options.root);
            }
            return go_on;
        });
        if (result.reset.declined || !result.reset.left.empty()) {
            return result;
        }
    }
    result.install = install(options, reporting, on_plan);
    return result;
}

} // namespace k8s_node
