// The directives that systemd knows: it only warns about others and runs the service without
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::unit {

/// Returns every directive of the section "Unit" or "Service".
[[nodiscard]] const std::vector<std::string>& known_directives(std::string_view section);

/// Returns the values that a directive accepts, or nothing if they cannot be listed.
[[nodiscard]] std::vector<std::string> directive_values(std::string_view directive);

} // namespace k8s_node::unit
