// Asks one service whether it is alive, again and again.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "health/async_prober.hpp"
#include "liveness/connection.hpp"
#include "liveness/protocol.hpp"

namespace k8s_node::liveness {

/// Every attempt has its own connection, for a service that takes none is hung as well. It does
/// without libcurl, which alone would take as much memory as all of k8s-node-watch.
class LiveProber {
public:
    using Answer = std::function<void(const Attempt&, std::chrono::milliseconds took)>;

    /// `loop` must outlive it. Throws Error(usage) for a wrong URL.
    LiveProber(EventLoop& loop, const LiveProbe& probe);

    /// Begins an attempt, which takes no longer than the probe's timeout, and cancels the one
    /// before. Once it has ended the loop calls `answer`.
    void begin(Answer answer);

private:
    void hear(std::string_view received, bool ended, const std::string& why);
    void finish(const Attempt& attempt);

    EventLoop& loop_;
    Protocol protocol_;
    std::chrono::milliseconds timeout_;
    std::optional<Tls> tls_;
    std::optional<Connection> connection_;
    EventSource patience_;
    EventLoop::Clock::time_point begun_{};
    Answer answer_;
};

} // namespace k8s_node::liveness
