// What the program does for a person, one function a verb. Nothing here
// prints; progress goes to the sinks, results are returned.
#pragma once

#include <functional>

#include "node/desired.hpp"
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
};

/// Brings the node to what is configured. Throws Error; run it again then.
InstallResult install(const NodeOptions& options, const Reporting& reporting,
                      const OnPlan& on_plan);

/// What install would do. Changes nothing and takes no lock.
[[nodiscard]] Plan make_plan(const NodeOptions& options, const Reporting& reporting);

/// Downloads, verifies and unpacks what the node needs, and nothing else.
/// Returns how many artifacts were fetched.
std::size_t fetch(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
