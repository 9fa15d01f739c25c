// How long this may take: PID 1 waits for it.
#pragma once

namespace k8s_node::generator {

/// Ends this process with exit status 1 and a line in the kernel's log when it
/// takes longer than `seconds`. Time in which it could run and a busy machine
/// ran others does not count; ten times as long is the end of that, too.
void end_after(unsigned seconds);

} // namespace k8s_node::generator
