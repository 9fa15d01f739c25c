// Changing to another release: snapshot, drain, the switch of one service after another, and the
// report.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "etcd/snapshot.hpp"
#include "health/outage.hpp"
#include "node/release_checks.hpp"

namespace k8s_node {

/// How a node changes to another release.
struct ReleaseChangeOptions {
    Drain drain = Drain::no;
    std::chrono::seconds drain_deadline{300};
};

/// The duration of one part.
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

/// Executes the plan. Nothing is touched before everything is downloaded, the snapshot is saved
/// and, if requested, the node is drained. Throws like execute(), with the snapshot and what runs
/// now in the details; the node is uncordoned then too.
ReleaseReport change_release(const CheckedPlan& checked, const Desired& desired,
                             const ReleaseChangeOptions& options, System& system);

} // namespace k8s_node
