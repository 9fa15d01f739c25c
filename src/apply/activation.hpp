// Having systemd take a configuration file of its own into use at once.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// What must happen after `path` was written, or nullopt: the name of a
/// program (systemd-sysusers) or of a unit to restart (systemd-sysctl.service).
[[nodiscard]] std::optional<std::string> activation_of(const std::string& path);

/// Whether it is the name of such a program or unit.
[[nodiscard]] bool is_activation(const std::string& what);

/// Lower ones come first: users exist before a file can be given to them.
[[nodiscard]] std::ptrdiff_t activation_order(const std::string& what);

/// Whether it can be done here: nothing under a root other than this machine's,
/// no unit without systemd. What the boot from these files does is no change.
[[nodiscard]] bool can_activate(const std::string& what, const System& system);

/// Does it for these files, where it can be done.
/// Throws Error with what the program said.
void activate(const std::string& what, const std::vector<std::string>& files, System& system);

} // namespace k8s_node
