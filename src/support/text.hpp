// Small, strict, locale-independent operations on text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Returns the text without leading and trailing blanks, tabs and line ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Returns all pieces between separators, empty ones included.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// Returns the words between blanks and tabs.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// Returns the lines without their line ends; a last line without '\n' counts.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// True if a text is in a list.
[[nodiscard]] bool contains(std::span<const std::string> list, std::string_view text);

/// Returns the text with every `from` replaced by `to`.
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);

/// Returns the text with every %2F decoded; a '%' without two digits stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// Returns the bytes in lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

/// Parses a decimal number and nothing else; nullopt also on overflow.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// Parses "0644" or "644" as a file mode up to 07777.
[[nodiscard]] std::optional<unsigned> parse_octal_mode(std::string_view text);

/// Formats a file mode: "0644".
[[nodiscard]] std::string octal_mode(unsigned mode);

/// Returns the known word nearest to what was written, if it is near enough to have been meant
/// (edit distance at most a third of its length, at least 1; two neighbours swapped count as one
/// edit), and never more than `most`.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view written,
                                                      std::span<const std::string> known,
                                                      std::size_t most = SIZE_MAX);

/// Formats a size for people: "12.3 MiB".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

/// Returns "host:port" of scheme://user@host:port/path, as it is written.
[[nodiscard]] std::string authority_of_url(const std::string& url);

/// Returns the host of scheme://host:port/path, without the brackets of IPv6.
[[nodiscard]] std::string host_of_url(const std::string& url);

/// Returns a host name or address as URLs have it: an address of IPv6 in brackets.
[[nodiscard]] std::string host_in_url(const std::string& host);

/// Returns ":port" of scheme://host:port/path, empty if none is written.
[[nodiscard]] std::string port_of_url(const std::string& url);

/// A DNS subdomain as RFC 1123 and Kubernetes have it, up to 253 characters.
[[nodiscard]] bool is_dns_subdomain(std::string_view text);

} // namespace k8s_node
