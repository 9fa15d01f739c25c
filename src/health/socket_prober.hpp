// Probes whether a unix socket accepts connections.
#pragma once

#include <string>

#include "health/async_prober.hpp"

namespace k8s_node {

class SocketProber final : public AsyncProber {
public:
    SocketProber(std::string path, EventLoop& loop) : AsyncProber(loop), path_(std::move(path)) {}

protected:
    /// Connecting to a unix socket never waits, so the timeout is not needed.
    void ask(std::chrono::milliseconds timeout) override;

private:
    std::string path_;
};

} // namespace k8s_node
