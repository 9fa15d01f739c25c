// What is wrong with YAML that could not be parsed, in words of who wrote it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k8s_node {

struct YamlMistake {
    std::size_t byte = 0; ///< where to look
    std::string message;
    std::string hint;
};

/// What our own reader says of nesting; it stays as it is.
inline constexpr std::string_view too_deep = "nested too deeply";

/// Whether the quote at a byte is ended anywhere: the parser takes the end of
/// the file for one.
[[nodiscard]] bool is_quote_closed(const std::string& text, std::size_t byte);

/// `error` is the parser's own message, and `byte` the place where it gave up,
/// which may be far behind the mistake.
[[nodiscard]] YamlMistake explain_yaml(const std::string& text, std::size_t byte,
                                       const std::string& error);

} // namespace k8s_node
