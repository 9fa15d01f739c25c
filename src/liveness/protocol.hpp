// The bytes of a question and its answer, for HTTP and for gRPC's health service. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "health/async_prober.hpp"
#include "model/live_probe.hpp"

namespace k8s_node::liveness {

/// What a server is asked, and when what it sent is an answer.
class Protocol {
public:
    /// Throws Error(usage) for a wrong URL.
    explicit Protocol(const LiveProbe& probe);

    [[nodiscard]] const Probe& probe() const noexcept { return probe_; }
    /// All that is sent.
    [[nodiscard]] std::string request() const;
    /// Returns the result once `received`, all that came so far, tells it. `ended`: no more will.
    [[nodiscard]] std::optional<Attempt> judge(std::string_view received, bool ended) const;

private:
    Probe probe_;
    bool any_answer_;
};

} // namespace k8s_node::liveness
