// The status that `systemctl status` shows for this program as a service.
#pragma once

#include <string_view>

namespace k8s_node {

/// Sets the unit's status text, on one line; does nothing if systemd did not pass a notification
/// socket to this process.
void tell_status(std::string_view text);

} // namespace k8s_node
