// Requests to the kernel over rtnetlink(7).
#pragma once

#include <functional>
#include <linux/netlink.h>

#include "support/handle.hpp"

namespace k8s_node::teardown {

/// Sends one message, whose `header` says its length. Returns the socket for its answer. Throws
/// Error.
[[nodiscard]] UniqueFd send_netlink(const nlmsghdr& header);

/// Calls `handle` for every message of the answer; returns at its end, with the kernel's errno.
/// Throws Error if none comes within ten seconds.
int read_netlink(const UniqueFd& socket, const std::function<void(nlmsghdr*)>& handle);

} // namespace k8s_node::teardown
