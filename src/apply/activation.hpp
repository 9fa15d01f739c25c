// Having systemd take a configuration file of its own into use at once.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

inline constexpr const char* logind_unit = "systemd-logind.service";
inline constexpr const char* sysctl_unit = "systemd-sysctl.service";

/// What must happen after `path` was written, or nullopt: the name of a
/// program (systemd-sysusers) or of a unit to restart (systemd-sysctl.service).
[[nodiscard]] std::optional<std::string> activation_of(const std::string& path);

/// Whether it is the name of such a program or unit.
[[nodiscard]] bool is_activation(const std::string& what);

/// The files of a generation that it is for.
[[nodiscard]] std::vector<std::string> activated_by(const std::string& what,
                                                    const Generation& generation);

/// A file that is in place is not in use if the run that wrote it ended there.
[[nodiscard]] std::vector<Change> check_owed_activations(const System& system);

/// Activation after all files, and each kind of it once. Users come before the
/// files that may belong to them.
[[nodiscard]] std::vector<Change> activated_last(std::vector<Change> changes);

/// Whether it can be done here: nothing under a root other than this machine's,
/// no unit without systemd. What the boot from these files does is no change.
[[nodiscard]] bool can_activate(const std::string& what, const System& system);

/// Has logind read its configuration again, where it runs; sessions stay.
void reload_logind(ServiceManager& services);

/// Does it for these files, where it can be done.
/// Throws Error with what the program said.
void activate(const std::string& what, const std::vector<std::string>& files, System& system);

} // namespace k8s_node
