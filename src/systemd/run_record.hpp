// The journal records of a run that may change the machine: its start, its result and, if it
// failed, the reason.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/error.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Returns the records with which a failed run ends: the cause, if it has its own id
/// (support/messages.hpp), then the failure of the run.
[[nodiscard]] std::vector<Event> failure_events(const std::string& verb, const Error& error);

/// Runs `run`, passes on its result or exception, and reports its start and end to `events`.
ExitStatus recorded_run(const std::string& verb, EventSink& events,
                        const std::function<ExitStatus()>& run);

} // namespace k8s_node
