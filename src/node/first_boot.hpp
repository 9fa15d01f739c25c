// An install that k8s-node-install.service runs, with nobody there to see why it fails and to
// repeat it.
#pragma once

#include <chrono>
#include <functional>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// True if a later attempt may succeed although nobody has changed anything: the network, a mirror,
/// DNS, the time, a service. RestartPreventExitStatus= of the unit names the others.
[[nodiscard]] bool is_cured_by_waiting(ExitStatus status);

inline constexpr std::chrono::seconds restart_time{5}; ///< RestartSec= of the unit

/// Returns the pause before the next attempt, in addition to the unit's RestartSec=: at most five
/// seconds after the first one, so that the boot goes on, then growing to five minutes; to half a
/// minute for `not_yet`, an attempt that has only asked. `jitter` in [0, 1) shortens the time
/// between attempts by up to a half, since many machines boot at one moment; but a server that
/// has refused is not asked again before the time that it named.
[[nodiscard]] std::chrono::milliseconds pause_after(unsigned earlier_tries, const Error& error,
                                                    double jitter);

/// Returns the status text for a failure, which `systemctl status` shows.
[[nodiscard]] std::string status_of_try(const Error& error, std::chrono::milliseconds pause);

/// Runs `run` and returns its result; exceptions pass through. If that unit runs this process, its
/// status text is kept up to date, and a failed attempt ends only when it is time for the next one.
/// A signal ends the pause. `host` is the root of this machine, whose systemd knows the attempts.
ExitStatus run_as_first_boot(const Root& host, const std::function<ExitStatus()>& run);

} // namespace k8s_node
