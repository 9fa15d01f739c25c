// The two levels at which systemd reads a value: specifiers, then words.
#pragma once

#include <string>
#include <string_view>

#include "unit/word.hpp"

namespace k8s_node::unit {

/// Whether "$" means a variable where the word stands: in commands it does
/// (and "$$" is a dollar sign), in Environment= and elsewhere it does not.
enum class Variables { expanded, literal };

/// The word with "%" and "$" of its literal pieces doubled: what systemd must
/// have after it has taken the quotes off.
[[nodiscard]] std::string escape_expansions(const Word& word, Variables variables);

/// A word that systemd splits back into exactly `text`: as it is when nothing
/// in it is special, else in double quotes with C-style escapes.
[[nodiscard]] std::string quote(std::string_view text);

} // namespace k8s_node::unit
