// Which of several processes that listen on one port (SO_REUSEPORT) gets a
// connection.
#pragma once

#include <sys/types.h>

namespace k8s_node::host {

/// Tells the kernel, for every listening socket of the process that lets others
/// share its port: the process that listens there longest gets the connections,
/// until it stops listening; but those from loopback addresses go to the one
/// that came next to it, where there is one. So a newer process is asked, and
/// reaches itself, before others reach it. This holds for all that join or
/// leave the port as long as one of them listens, and needs no end.
/// Returns how many sockets there were. Throws Error where the kernel or its
/// rules do not let us (before Linux 5.6, without CAP_SYS_PTRACE).
unsigned prefer_eldest(pid_t process);

} // namespace k8s_node::host
