// Breaks what the demonstration keeps, at random, and sees whether it is mended.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "kept_server.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node::demo {

/// The result of one break.
struct Mended {
    std::string what; ///< "server: hangs"
    std::chrono::microseconds after{0};
};

/// Works in a thread of its own, on a loop of its own; it and the keeper share nothing but the
/// tree, the sockets and KeptServer::answering().
class Breaker {
public:
    /// Breaks for `duration` and then waits until all is mended. `ended` is asked to stop then.
    Breaker(std::filesystem::path root, const KeptServer& server,
            std::chrono::milliseconds duration, unsigned seed, std::stop_source ended);
    Breaker(const Breaker&) = delete;
    Breaker& operator=(const Breaker&) = delete;
    Breaker(Breaker&&) = delete;
    Breaker& operator=(Breaker&&) = delete;
    ~Breaker() = default; ///< its thread stops at once

    /// For the time after its thread has ended.
    [[nodiscard]] const std::vector<Mended>& mended() const noexcept { return mended_; }
    /// Returns the breaks that nobody mended.
    [[nodiscard]] std::vector<std::string> left() const;
    void join() { thread_.join(); }

private:
    using Clock = EventLoop::Clock;
    struct Broken {
        std::string what;
        Clock::time_point since;
        std::function<bool()> is_mended;
    };

    void run(const std::stop_token& stop, std::chrono::milliseconds duration);
    void look();
    void break_something();
    [[nodiscard]] std::string break_item(std::size_t index);
    void break_server();
    [[nodiscard]] bool request(const std::string& path) const;
    std::size_t any_of(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
    }

    std::filesystem::path root_;
    const KeptServer& server_;
    std::mt19937 random_;
    std::map<std::string, Broken> broken_; ///< by what is broken: once at a time
    std::vector<Mended> mended_;
    std::stop_source ended_;
    std::jthread thread_; ///< last: it uses the members above
};

} // namespace k8s_node::demo
