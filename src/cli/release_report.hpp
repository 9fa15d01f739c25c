// What a change of the node came to, for people and for programs.
#pragma once

#include "cli/context.hpp"
#include "node/verbs.hpp"

namespace k8s_node::cli {

/// For people: what is done, how long each part took, how long the API server
/// was away, and where the snapshot is; "Nothing to do: …" for no change. As
/// JSON: the plan with "changed" and, of another release, "release".
void print_report(const Context& context, const InstallResult& result);

} // namespace k8s_node::cli
