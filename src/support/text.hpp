// Small, strict operations on text. Locale-free.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Without leading and trailing blanks, tabs and line ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// All pieces between separators, empty ones included.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// The lines without their ends; a last line without '\n' counts.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// Every `from` replaced by `to`.
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

/// A decimal number and nothing else; nullopt also on overflow.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// "0644" or "644" as a file mode up to 07777.
[[nodiscard]] std::optional<unsigned> parse_octal_mode(std::string_view text);

/// "0644": a file mode for people and files.
[[nodiscard]] std::string octal_mode(unsigned mode);

/// The known word nearest to what was written, if it is near enough to have
/// been meant (edit distance at most a third of its length, at least 1; two
/// neighbours swapped count as one edit), and never further than `most`.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view written,
                                                      std::span<const std::string> known,
                                                      std::size_t most = SIZE_MAX);

/// "12.3 MiB" for people.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

} // namespace k8s_node
