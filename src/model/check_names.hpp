// The names of all checks before a change: what --ignore-preflight takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// "all", "Swap", "Port-6443", …: a check of this program, whether or not this
/// machine would meet it.
[[nodiscard]] bool is_check_name(std::string_view name);

/// What may have been meant by a name that is none, or which there are.
[[nodiscard]] std::string check_name_hint(std::string_view name);

} // namespace k8s_node
