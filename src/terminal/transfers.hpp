// The running downloads, as progress lines for a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace k8s_node::cli {

/// Has no side effects: time comes with the events, lines are returned.
class Transfers {
public:
    using Clock = std::chrono::steady_clock;

    /// Records how many bytes of an artifact have arrived; `total` is 0 while unknown.
    void progress(const std::string& artifact, std::uint64_t bytes, std::uint64_t total,
                  Clock::time_point now);
    /// Records that all bytes have arrived and match the pinned digest.
    void verified(const std::string& artifact);
    /// Removes the line of an artifact that was published or given up.
    void remove(const std::string& artifact) { transfers_.erase(artifact); }

    [[nodiscard]] bool empty() const { return transfers_.empty(); }
    /// Returns one line per artifact, sorted by name, at most `width` columns wide:
    /// "kubernetes-server  45.2 MiB of 127.0 MiB  23.1 MiB/s  4 s left".
    [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;

private:
    struct Transfer {
        std::uint64_t bytes = 0;
        std::uint64_t total = 0;
        double rate = 0; ///< bytes per second, smoothed; 0 while unknown
        Clock::time_point seen;
        bool verified = false;
    };

    [[nodiscard]] static std::string text(const Transfer& transfer);

    std::map<std::string, Transfer> transfers_;
};

} // namespace k8s_node::cli
