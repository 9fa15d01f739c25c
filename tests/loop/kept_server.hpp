// A process that serves sockets, and is replaced when it ends or does not answer.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "health/async_prober.hpp"
#include "inotify.hpp"
#include "loop/event_loop.hpp"
#include "support/spawned_program.hpp"

namespace k8s_node::demo {

/// Runs `PROGRAM --serve ROOT` (server.hpp), probes it by a timer and follows its end by a pidfd.
class KeptServer {
public:
    KeptServer(EventLoop& loop, std::string program, std::filesystem::path root);

    void start();
    /// Returns where it answers, empty before it listens.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }

    /// Counts the processes that have answered, and of them the present one; 0 while none does.
    /// For any thread.
    [[nodiscard]] unsigned answering() const noexcept { return answering_; }
    [[nodiscard]] unsigned starts() const noexcept { return starts_; }
    [[nodiscard]] unsigned probes() const noexcept { return probes_; }

private:
    void replace();
    void read_port();
    void probe();
    void take(const Attempt& attempt);

    EventLoop& loop_;
    std::string program_;
    std::filesystem::path root_;
    DirectoryChanges changes_; ///< of the directory in which it says its port
    std::unique_ptr<SpawnedProgram> process_;
    EventSource end_;
    EventSource timer_; ///< of the next probe, or the end of patience with a start
    std::unique_ptr<AsyncProber> http_;
    std::unique_ptr<AsyncProber> socket_;
    std::string url_;
    unsigned starts_ = 0;
    unsigned probes_ = 0;
    std::atomic<unsigned> answering_ = 0;
};

} // namespace k8s_node::demo
