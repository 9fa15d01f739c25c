// Bytes of a text and their lines and columns.
#pragma once

#include <cstddef>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Returns the position of a byte in a text.
[[nodiscard]] Position place_of(const Source& source, std::size_t byte);

/// Returns the byte at a position: the inverse of place_of().
[[nodiscard]] std::size_t byte_of(const Position& at);

} // namespace k8s_node
