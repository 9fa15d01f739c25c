// The memory of this process.
#pragma once

namespace k8s_node::liveness {

/// Lets go of the pages of program and libraries, of which the start has used many that nothing
/// needs again: the kernel maps those that are used again, from its cache.
void give_back_memory() noexcept;

} // namespace k8s_node::liveness
