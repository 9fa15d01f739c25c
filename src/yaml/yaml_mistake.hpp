// Explains why YAML could not be parsed, in terms of the text and not of the parser.
#pragma once

#include <cstddef>
#include <optional>
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

/// Brackets and quotes that the parser had begun, and not ended, when it gave up: bytes of the
/// text.
struct Unfinished {
    std::optional<std::size_t> bracket; ///< of the innermost list or map in brackets
    std::optional<std::size_t> key;     ///< of the last entry of that map
    std::optional<std::size_t> quote;   ///< of the last quoted text, whether it ended or not
    bool is_quote_open = false;         ///< the file ends in that text
};

/// Returns the byte of the quote that closes the one at a byte, npos if there is none: the parser
/// accepts the end of the file as its end.
[[nodiscard]] std::size_t end_of_quote(const std::string& text, std::size_t byte);

/// Returns the mistake of a quote that is not closed.
[[nodiscard]] YamlMistake open_quote(const std::string& text, std::size_t byte);

/// Explains the parser's message `error`. `byte` is the place where it gave up, which may be far
/// after the mistake.
[[nodiscard]] YamlMistake explain_yaml(const std::string& text, std::size_t byte,
                                       const std::string& error, const Unfinished& unfinished);

} // namespace k8s_node
