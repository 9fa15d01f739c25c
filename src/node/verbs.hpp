// What the program does for a person, one function a verb. Nothing here
// prints; progress goes to the sinks, results are returned.
#pragma once

#include <functional>

#include "node/desired.hpp"
#include "node/release_change.hpp"
#include "plan/plan.hpp"
#include "store/fetch_options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Where progress goes.
struct Reporting {
    EventSink& events;
    FetchObserver& fetches;
};

/// Called with the plan before anything is changed.
using OnPlan = std::function<void(const Plan&)>;

struct InstallResult {
    Plan plan; ///< empty: there was nothing to do
    std::string node_name;
    std::string release;
    std::optional<ReleaseReport> release_change; ///< what it was like, if there was one
    std::optional<Outage>
        api_outage; ///< of another change; nullopt if it left the API server alone
};

/// Brings the node to what is configured. Throws Error; run it again then.
InstallResult install(const NodeOptions& options, const Reporting& reporting,
                      const OnPlan& on_plan);

/// install of another release, by words of its own: `options.release` or what
/// the configuration says. install does the same where that has changed, with
/// the defaults of ReleaseChangeOptions.
InstallResult upgrade(const NodeOptions& options, const ReleaseChangeOptions& change,
                      const Reporting& reporting, const OnPlan& on_plan);

/// Throws ConfigurationError where `options.release` and the configuration
/// name different releases: the next install would go back.
void refuse_contradiction(const NodeOptions& options);

/// What install or upgrade would do, and what speaks against it. Changes
/// nothing and takes no lock.
[[nodiscard]] Plan make_plan(const NodeOptions& options, const ReleaseChangeOptions& change,
                             const Reporting& reporting);

/// Downloads, verifies and unpacks what the node needs, and nothing else.
/// Returns how many artifacts were fetched.
std::size_t fetch(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
