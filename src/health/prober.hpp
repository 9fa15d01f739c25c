// Probes one endpoint, as often as needed.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "model/probe.hpp"

namespace k8s_node {

/// The result of one attempt; `reason` explains a failure to people.
struct Attempt {
    bool ok = false;
    std::string reason;
    bool operator==(const Attempt&) const = default;
};

class Prober {
public:
    Prober() = default;
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;
    Prober(Prober&&) = delete;
    Prober& operator=(Prober&&) = delete;
    virtual ~Prober() = default;

    /// Probes once and takes no longer than `timeout`. An endpoint that does not respond as
    /// expected is a failure with a reason, not an exception.
    [[nodiscard]] virtual Attempt attempt(std::chrono::milliseconds timeout) = 0;
};

/// Returns the prober for the probe's kind. Nothing is opened before the first attempt.
[[nodiscard]] std::unique_ptr<Prober> make_prober(const Probe& probe);

} // namespace k8s_node
