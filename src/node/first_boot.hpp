// An install that k8s-node-install.service runs, with nobody there to see why it
// fails and to repeat it.
#pragma once

#include <chrono>
#include <functional>

#include "support/error.hpp"

namespace k8s_node {

/// Whether a later try may succeed although nobody has changed anything: the
/// network, a mirror, DNS, the time, a service. RestartPreventExitStatus= of the
/// unit names the others.
[[nodiscard]] bool is_cured_by_waiting(ExitStatus status);

/// The pause before the next try, beside the unit's RestartSec=: none after the
/// first one, so that the boot goes on, then growing to five minutes.
[[nodiscard]] std::chrono::seconds pause_after(unsigned earlier_tries);

/// What `systemctl status` is to say of a failure.
[[nodiscard]] std::string status_of_try(const Error& error, std::chrono::seconds pause);

/// Runs `run` and returns what it returns; what it throws passes through. Where
/// that unit runs this process its status text tells how it stands, and a try
/// that failed ends only when it is time for the next one. A signal ends the pause.
ExitStatus run_as_first_boot(const std::function<ExitStatus()>& run);

} // namespace k8s_node
