// What `systemctl status` says of this program where it is a service.
#pragma once

#include <string_view>

namespace k8s_node {

/// Sets the unit's status text, on one line; nothing where this process is none
/// of which systemd wants to hear.
void tell_status(std::string_view text);

} // namespace k8s_node
