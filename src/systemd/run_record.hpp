// What the journal keeps of a run that may change the machine: that it began,
// how it ended and, if it failed, why.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/error.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// The records with which a failed run ends: the cause, where it has an id of
/// its own (support/messages.hpp), then the failure of the run.
[[nodiscard]] std::vector<Event> failure_events(const std::string& verb, const Error& error);

/// Runs `run` and returns what it returns; what it throws passes through. Its
/// start and its end go to `events`.
ExitStatus recorded_run(const std::string& verb, EventSink& events,
                        const std::function<ExitStatus()>& run);

} // namespace k8s_node
