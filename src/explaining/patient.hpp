// The checks of doctor that know the node: what preflight, status and the engine find out, as named
// checks.
#pragma once

#include <optional>

#include "cluster/versions.hpp"
#include "doctor/subject.hpp"
#include "engine/engine.hpp"
#include "host/preflight.hpp"
#include "node/desired.hpp"

namespace k8s_node {

/// The knowledge of an examination, which outlives its checks.
struct Patient {
    const NodeOptions& options;
    Facts facts;
    std::optional<DesiredNode> desired; ///< nullopt: the configuration cannot be used
    std::string assumed_profile;        ///< none is chosen, so this one was assumed
    std::string complaint;              ///< why the configuration cannot be used
    std::string hint;                   ///< what to do about it
    std::optional<int> number;          ///< of the generation of this boot; nullopt: no node
    Generation current;                 ///< empty without a node
};

/// The checks of preflight and of what pods need.
[[nodiscard]] std::vector<doctor::Check> preflight_checks(const Patient& patient,
                                                          const System& system);

/// Returns whose machine ID is that of this node, among the nodes of its cluster. Pure.
[[nodiscard]] Findings check_twins(const std::string& node_name, const std::string& machine_id,
                                   const std::vector<cluster::NodeVersions>& nodes);

/// The checks that ask the API server as an administrator, for at most a second; none where that is
/// not possible.
[[nodiscard]] std::vector<doctor::Check> cluster_checks(const Patient& patient,
                                                        const System& system);

/// The checks of an installed node; none if there is none.
[[nodiscard]] std::vector<doctor::Check> node_checks(const Patient& patient, const System& system);

} // namespace k8s_node
