// Limits of what an archive may contain.
#pragma once

#include <cstdint>

namespace k8s_node {

/// Bounds that turn an archive bomb into an error. Declared sizes count, so a
/// bomb is refused before it is expanded.
struct UnpackLimits {
    std::uint64_t entries = 1'000'000;
    std::uint64_t member_bytes = std::uint64_t{4} << 30U;
    std::uint64_t total_bytes = std::uint64_t{16} << 30U; ///< all members, wanted or not
};

} // namespace k8s_node
