// Having systemd take a configuration file of its own into use at once.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// What must happen after `path` was written, or nullopt: the name of a
/// program (systemd-sysusers) or of a unit to restart (systemd-sysctl.service).
[[nodiscard]] std::optional<std::string> activation_of(const std::string& path);

/// Does it. Nothing under a root other than this machine's.
void activate(const std::string& what, System& system);

} // namespace k8s_node
