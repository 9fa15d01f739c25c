// Results of libsystemd's functions as errors.
#pragma once

#include <string_view>

namespace k8s_node {

/// Throws Error "<attempt>: <system's message>" if `result`, a negative errno as libsystemd
/// returns it, is negative; otherwise returns it.
int check(int result, std::string_view attempt);

} // namespace k8s_node
