// Explains why YAML could not be parsed, in terms of the text and not of the parser.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k8s_node {

struct YamlMistake {
    std::size_t byte = 0; ///< the place of the mistake
    std::string message;
    std::string hint;
};

/// Our own reader's message about nesting; explain_yaml() passes it through.
inline constexpr std::string_view too_deep = "nested too deeply";

/// True if the quote at a byte is closed: the parser accepts the end of the file as its end.
[[nodiscard]] bool is_quote_closed(const std::string& text, std::size_t byte);

/// Explains the parser's message `error`. `byte` is the place where it gave up, which may be far
/// after the mistake.
[[nodiscard]] YamlMistake explain_yaml(const std::string& text, std::size_t byte,
                                       const std::string& error);

} // namespace k8s_node
