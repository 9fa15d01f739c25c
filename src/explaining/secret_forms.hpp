// Secrets that are recognized by their form, in one line of text. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

/// A part of a line.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Returns the value of a name that sounds secret ("--token=x", "password: x", "Bearer x"), from
/// `from` on. Paths, switches and empty values are none.
[[nodiscard]] std::optional<Span> find_named_secret(std::string_view line, std::size_t from);

/// Returns a bootstrap token (abcdef.0123456789abcdef), a JSON web token, or an access key of a
/// cloud.
[[nodiscard]] std::optional<Span> find_token(std::string_view line, std::size_t from);

/// Returns the user and password in a URL.
[[nodiscard]] std::optional<Span> find_url_password(std::string_view line, std::size_t from);

/// True if a name sounds secret: "client-key-data", "DB_PASSWORD".
[[nodiscard]] bool is_secret_name(std::string_view name);

} // namespace k8s_node
