// What a change of the node came to, for people and for programs.
#pragma once

#include "cli/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

/// "The API server did not answer for 3.2 s."
[[nodiscard]] std::string outage_text(const Outage& outage);

/// For people: what is done, how long each part took, how long the API server
/// was away, and where the snapshot is; "Nothing to do: …" for no change. As
/// JSON: the plan with "changed", "release" of another release, and, for another
/// change that restarts the API server, "apiServerOutage".
void print_report(const Context& context, const InstallResult& result);

} // namespace k8s_node::cli
