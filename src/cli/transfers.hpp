// The downloads under way, as the lines that a terminal shows of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace k8s_node::cli {

/// Pure: time comes in with the events, lines come out.
class Transfers {
public:
    using Clock = std::chrono::steady_clock;

    /// So many bytes of an artifact are here; `total` is 0 while unknown.
    void progress(const std::string& artifact, std::uint64_t bytes, std::uint64_t total,
                  Clock::time_point now);
    /// All bytes are here and are what was pinned.
    void verified(const std::string& artifact);
    /// Published or given up: it has no line any more.
    void remove(const std::string& artifact) { transfers_.erase(artifact); }

    [[nodiscard]] bool empty() const { return transfers_.empty(); }
    /// One line for each artifact, by name, at most `width` columns wide:
    /// "kubernetes-server  45.2 MiB of 127.0 MiB  23.1 MiB/s  4 s left".
    [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;

private:
    struct Transfer {
        std::uint64_t bytes = 0;
        std::uint64_t total = 0;
        double rate = 0; ///< bytes a second, smoothed; 0 while unknown
        Clock::time_point seen;
        bool verified = false;
    };

    [[nodiscard]] static std::string text(const Transfer& transfer);

    std::map<std::string, Transfer> transfers_;
};

} // namespace k8s_node::cli
