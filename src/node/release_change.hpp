// Carrying out the step to another release: snapshot, drain, the switch one
// service after another, and the report of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "apply/engine.hpp"
#include "health/outage.hpp"
#include "node/release_checks.hpp"
#include "node/snapshot.hpp"

namespace k8s_node {

/// How a node is brought to another release.
struct ReleaseChangeOptions {
    Drain drain = Drain::no;
    std::chrono::seconds drain_deadline{300};
};

/// How long one part took.
struct TimedStep {
    std::string name;
    std::chrono::milliseconds took{0};
};

struct ReleaseReport {
    std::string step; ///< "Kubernetes 1.36.4 to 1.36.5"
    int generation = 0;
    std::optional<Snapshot> snapshot; ///< nullopt on a node without etcd
    std::optional<Outage> api_outage; ///< nullopt on a node without an API server
    std::vector<TimedStep> steps;
};

/// Executes the plan. Nothing is touched before everything is downloaded, the
/// snapshot is there and, if asked, the node is drained. Throws as execute()
/// does, with the snapshot and what runs now in the details; the node takes
/// pods again then, too.
ReleaseReport change_release(const CheckedPlan& checked, const Desired& desired,
                             const ReleaseChangeOptions& options, System& system);

} // namespace k8s_node
