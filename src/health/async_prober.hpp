// Probes one endpoint on an event loop, as often as needed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "loop/event_loop.hpp"
#include "model/probe.hpp"

namespace k8s_node {

/// The result of one attempt; `reason` explains a failure to people.
struct Attempt {
    bool ok = false;
    std::string reason;
    bool operator==(const Attempt&) const = default;
};

/// Makes one attempt at a time and blocks for none. Destroying it cancels the attempt.
class AsyncProber {
public:
    using Answer = std::function<void(const Attempt&)>;

    /// `loop` must outlive it.
    explicit AsyncProber(EventLoop& loop) : loop_(loop) {}
    AsyncProber(const AsyncProber&) = delete;
    AsyncProber& operator=(const AsyncProber&) = delete;
    AsyncProber(AsyncProber&&) = delete;
    AsyncProber& operator=(AsyncProber&&) = delete;
    virtual ~AsyncProber() = default;

    /// Begins an attempt that takes no longer than `timeout`, and cancels the one before. Once it
    /// has ended the loop calls `answer`, which may begin the next one or destroy the prober. An
    /// endpoint that does not respond as expected is a failure with a reason; Error is thrown only
    /// if the attempt cannot be made.
    void begin(std::chrono::milliseconds timeout, Answer answer);

    /// Its answer is not called any more.
    void cancel();

protected:
    /// Begins an attempt, which ends with reply().
    virtual void ask(std::chrono::milliseconds timeout) = 0;
    /// Gives up the attempt that ask() has begun, if it has not ended.
    virtual void abandon() {}
    /// Lets the loop call the answer.
    void reply(Attempt attempt);
    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }

private:
    EventLoop& loop_;
    Answer answer_;
    EventSource reply_;
};

/// Returns the prober for the probe's kind. Nothing is opened before the first attempt.
[[nodiscard]] std::unique_ptr<AsyncProber> make_async_prober(const Probe& probe, EventLoop& loop);

/// Makes one attempt with a prober of `loop` and waits for its answer.
[[nodiscard]] Attempt attempt(AsyncProber& prober, std::chrono::milliseconds timeout,
                              EventLoop& loop);

} // namespace k8s_node
