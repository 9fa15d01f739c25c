// Examines the machine: all checks of preflight, of the installed node, and of what both miss.
#pragma once

#include "doctor/check.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct Examination {
    bool installed = false; ///< there is a node on this machine
    doctor::CheckResults results;
};

/// Runs every check, none of which stops another, as far as this user may look. Changes nothing;
/// starts no pod. Throws Error if the installed generation cannot be read at all, Interrupted.
[[nodiscard]] Examination examine(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
