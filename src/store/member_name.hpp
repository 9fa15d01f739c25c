// Names inside archives and entries: what is allowed, what was meant. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace k8s_node {

/// A member's name without leading "./" and trailing "/". Throws Error for an
/// absolute name and one with a ".." component, which no honest archive has.
[[nodiscard]] std::string member_name(std::string_view written);

/// Whether `path` may be the place of a file in an entry: relative, plain
/// components only, no hidden first component.
[[nodiscard]] bool is_entry_path(std::string_view path);

/// The seen member that was probably meant by `wanted`: one with the same last
/// component, else the one with the nearest spelling.
[[nodiscard]] std::optional<std::string> near_member(std::string_view wanted,
                                                     std::span<const std::string> seen);

} // namespace k8s_node
