// Text as systemd accepts it.
#pragma once

#include <string_view>

namespace k8s_node::unit {

/// True for what systemd accepts as UTF-8: well-formed, no overlong forms, no surrogates and no
/// noncharacters (U+FDD0 to U+FDEF, U+nFFFE, U+nFFFF). systemd drops every line of a unit file
/// that is not valid.
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// Returns the offset of the first byte that is not valid UTF-8, or the length of the text.
[[nodiscard]] std::size_t first_invalid_byte(std::string_view text) noexcept;

} // namespace k8s_node::unit
