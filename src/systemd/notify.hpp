// What this program tells systemd of itself as a service (sd_notify(3)).
#pragma once

#include <string_view>

namespace k8s_node {

/// Sets the unit's status text, on one line; does nothing if systemd did not pass a notification
/// socket to this process.
void tell_status(std::string_view text);

/// Tells systemd that this service works (Type=notify).
void tell_ready();

/// Tells systemd that it is about to end.
void tell_stopping();

} // namespace k8s_node
