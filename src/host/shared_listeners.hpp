// Sets which of several processes that listen on one port (SO_REUSEPORT) gets a connection.
#pragma once

#include <sys/types.h>

namespace k8s_node::host {

/// Configures the kernel, for every listening socket of the process with a shared port: the
/// process that has listened longest gets the connections until it stops listening, except those
/// from loopback addresses, which go to the next oldest, if any. So a newer process can be
/// probed, and reaches itself, before others reach it. This applies to all that join or leave the
/// port as long as one of them listens, and needs no clean-up. Returns the number of sockets.
/// Throws Error if the kernel does not permit it (before Linux 5.6, without CAP_SYS_PTRACE).
unsigned prefer_eldest(pid_t process);

} // namespace k8s_node::host
