// The two levels at which systemd parses a value: specifiers, then quoted words.
#pragma once

#include <string>
#include <string_view>

#include "unit/word.hpp"

namespace k8s_node::unit {

/// How systemd reads "$" in a word: as a variable in commands (where "$$" is a dollar sign),
/// literally in Environment= and elsewhere.
enum class Variables { expanded, literal };

/// Returns the word with "%" and "$" of its literal pieces doubled, as systemd must see it after
/// removing the quotes.
[[nodiscard]] std::string escape_expansions(const Word& word, Variables variables);

/// Quotes `text` so that systemd reads back exactly that: unchanged if nothing in it is special,
/// else in double quotes with C-style escapes.
[[nodiscard]] std::string quote(std::string_view text);

} // namespace k8s_node::unit
