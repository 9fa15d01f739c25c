// Probes whether a unix socket accepts connections.
#pragma once

#include <string>

#include "health/prober.hpp"

namespace k8s_node {

class SocketProber final : public Prober {
public:
    explicit SocketProber(std::string path) : path_(std::move(path)) {}
    /// Connecting to a unix socket never waits, so the timeout is not needed.
    [[nodiscard]] Attempt attempt(std::chrono::milliseconds timeout) override;

private:
    std::string path_;
};

} // namespace k8s_node
