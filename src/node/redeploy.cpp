#include "apply/ledger.hpp"
#include "node/intent.hpp"
#include "node/reset.hpp"

namespace k8s_node {

namespace {

/// Whether an interrupted redeploy has done its reset, and only the install is
/// missing.
bool only_install_is_left(const NodeOptions& options) {
    return read_ledger(options.root).units.empty() && read_intent(options.root).has_value();
}

} // namespace

RedeployResult redeploy(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                        const OnSurvey& on_survey, const OnPlan& on_plan) {
    RedeployResult result;
    if (!only_install_is_left(options)) {
        static_cast<void>(survey_node(options, keep)); // refuses before anything is fetched
        fetch(options, reporting);
        remember_intent(options.root);
        auto kept = keep;
        kept.store = true;
        kept.state = true;
        result.reset = reset(options, kept, reporting, on_survey);
        if (result.reset.declined || !result.reset.left.empty()) {
            return result;
        }
    }
    result.install = install(options, reporting, on_plan);
    return result;
}

} // namespace k8s_node
