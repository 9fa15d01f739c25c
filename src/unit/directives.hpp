// Which directives systemd knows: it only warns about others, and runs the
// service without them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::unit {

/// Every directive of the section "Unit" or "Service".
[[nodiscard]] const std::vector<std::string>& known_directives(std::string_view section);

/// The words that a directive takes, or nothing where it takes more than a
/// list of words can say.
[[nodiscard]] std::vector<std::string> directive_words(std::string_view directive);

} // namespace k8s_node::unit
