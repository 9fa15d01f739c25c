// The memory of this process.
#pragma once

namespace k8s_node::liveness {

/// Lets go of the pages of program and libraries until they are used again; the kernel then maps
/// them from its cache, for all rounds of a day in less than two seconds.
void give_back_memory() noexcept;

} // namespace k8s_node::liveness
