// Asking before something that cannot be undone.
#pragma once

namespace k8s_node::cli {

/// Prints a question on standard error and returns whether the answer, a line of standard input, is
/// "yes". Throws Error(usage), with what to try, if there is no terminal to ask: `what` begins the
/// message. Throws Interrupted at a signal.
[[nodiscard]] bool confirmed(const char* question, const char* what);

} // namespace k8s_node::cli
