// The result of a change of the node, for people and for programs.
#pragma once

#include "command_line/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

/// "The API server did not answer for 3.2 s."
[[nodiscard]] std::string outage_text(const Outage& outage);

/// Prints, for people, what was done, how long each part took, the downtime of the API server and
/// the path of the snapshot; "Nothing to do: …" without changes. As JSON: the plan with "changed",
/// "release" of another release, and, for another change that restarts the API server,
/// "apiServerOutage".
void print_report(const Context& context, const InstallResult& result);

} // namespace k8s_node::cli
