// Names inside archives and store entries: validation and suggestions. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace k8s_node {

/// Returns a member's name without leading "./" and trailing "/". Throws Error for an absolute
/// name and for one with a ".." component, which no legitimate archive has.
[[nodiscard]] std::string member_name(std::string_view written);

/// True if `path` is valid for a file in a store entry: relative, plain components only, no
/// hidden first component.
[[nodiscard]] bool is_entry_path(std::string_view path);

/// Returns the member of `seen` that was probably meant by `wanted`: one with the same last
/// component, else the one with the most similar spelling.
[[nodiscard]] std::optional<std::string> near_member(std::string_view wanted,
                                                     std::span<const std::string> seen);

} // namespace k8s_node
