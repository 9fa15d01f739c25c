// Probes whether there is a file.
#pragma once

#include <string>

#include "health/async_prober.hpp"

namespace k8s_node {

class FileProber final : public AsyncProber {
public:
    FileProber(std::string path, EventLoop& loop) : AsyncProber(loop), path_(std::move(path)) {}

protected:
    /// A look never waits, so the timeout is not needed.
    void ask(std::chrono::milliseconds timeout) override;

private:
    std::string path_;
};

} // namespace k8s_node
