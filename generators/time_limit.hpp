// The time limit of the generator, for which PID 1 waits.
#pragma once

namespace k8s_node::generator {

/// Ends this process with exit status 1 and a line in the kernel's log if it takes longer than
/// `seconds`. Time in which a busy machine ran other processes instead does not count, up to ten
/// times as long.
void end_after(unsigned seconds);

} // namespace k8s_node::generator
