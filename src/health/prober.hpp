// Probes one endpoint, as often as needed, and waits for the answers.
#pragma once

#include <chrono>
#include <memory>

#include "health/async_prober.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// An AsyncProber with a loop of its own, for callers that have none.
class Prober {
public:
    explicit Prober(const Probe& probe) : prober_(make_async_prober(probe, loop_)) {}

    /// Probes once and takes no longer than `timeout`. An endpoint that does not respond as
    /// expected is a failure with a reason, not an exception. Throws Interrupted as soon as a
    /// signal asks this run to end.
    [[nodiscard]] Attempt attempt(std::chrono::milliseconds timeout);

private:
    EventLoop loop_;
    std::unique_ptr<AsyncProber> prober_;
};

/// Nothing is opened before the first attempt.
[[nodiscard]] std::unique_ptr<Prober> make_prober(const Probe& probe);

} // namespace k8s_node
