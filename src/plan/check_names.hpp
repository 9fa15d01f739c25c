// The names of all checks, of preflight and of doctor, which --ignore-preflight takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// True for "all" and for the name of a check of this program ("Swap", "Port-6443"), even one
/// that does not apply to this machine.
[[nodiscard]] bool is_check_name(std::string_view name);

/// Returns a hint for an unknown name: the nearest known name, or the list of all.
[[nodiscard]] std::string check_name_hint(std::string_view name);

} // namespace k8s_node
