// The commands of the program, one function each. Nothing here prints; progress goes to the sinks,
// results are returned.
#pragma once

#include <functional>

#include "node/desired.hpp"
#include "node/release_change.hpp"
#include "plan/plan.hpp"
#include "store/fetch_options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// The receivers of progress.
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
    std::optional<ReleaseReport> release_change; ///< its report, if there was one
    std::optional<Outage>
        api_outage; ///< of another change; nullopt if the API server was not restarted
};

/// Converges the node to its configuration. Throws Error; then run it again.
InstallResult install(const NodeOptions& options, const Reporting& reporting,
                      const OnPlan& on_plan);

/// Installs another release, `options.release` or the configured one. install does the same if that
/// has changed, with the defaults of ReleaseChangeOptions.
InstallResult upgrade(const NodeOptions& options, const ReleaseChangeOptions& change,
                      const Reporting& reporting, const OnPlan& on_plan);

/// Throws ConfigurationError if `options.release` and the configuration name different releases:
/// the next install would return to the configured one.
void refuse_contradiction(const NodeOptions& options);

/// Returns what install or upgrade would do, and the reasons against it. Changes nothing and takes
/// no lock.
[[nodiscard]] Plan make_plan(NodeOptions options, const ReleaseChangeOptions& change,
                             const Reporting& reporting);

/// Downloads, verifies and unpacks what the node needs, and nothing else.
/// Returns how many artifacts were fetched.
std::size_t fetch(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
