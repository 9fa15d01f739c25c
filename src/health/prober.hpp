// One question to one endpoint, asked as often as needed.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "model/probe.hpp"

namespace k8s_node {

/// The answer of one attempt; `reason` says in plain words why it is a no.
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

    /// Asks once and takes no longer than `timeout`. An endpoint that does not
    /// answer as wanted is a no with a reason, not an exception.
    [[nodiscard]] virtual Attempt attempt(std::chrono::milliseconds timeout) = 0;
};

/// The prober for the probe's kind. Nothing is opened before the first attempt.
[[nodiscard]] std::unique_ptr<Prober> make_prober(const Probe& probe);

} // namespace k8s_node
