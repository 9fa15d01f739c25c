// One thread's event loop on sd-event(3): timers, descriptors, signals and child processes, and the
// waits for what they bring about.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <stop_token>
#include <vector>

#include <systemd/sd-event.h>

#include "loop/event_source.hpp"
#include "support/handle.hpp"

namespace k8s_node {

class Background;

/// The effect on a wait of a request to end this run: what cleans up may go on until
/// end_of_grace().
enum class AtSignal {
    end,
    use_the_grace,
    go_on, ///< only for what ends by itself, soon
};

/// Calls back, one callback at a time, while run() or run_until() runs: for one thread at a time. A
/// callback must not block. An exception that leaves a callback leaves run() or run_until(); the
/// loop can then be run again, which is why sd_event_exit(3), after which it could not, is not
/// used. All methods throw Error if the system refuses.
class EventLoop {
public:
    using Clock = std::chrono::steady_clock; ///< CLOCK_MONOTONIC
    using Callback = std::function<void()>;

    /// A stop of `end` is a request to end this run, which every wait in this loop hears: the token
    /// of a verb is interrupt_token(). A daemon takes its signals by on_signal() instead.
    explicit EventLoop(std::stop_token end = {});
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    EventLoop(EventLoop&&) = delete;
    EventLoop& operator=(EventLoop&&) = delete;
    ~EventLoop() = default;

    /// Calls back once, after `delay` and at most a twentieth of it later, so that the kernel can
    /// wake for several timers at once (sd_event_add_time(3), "accuracy").
    EventSource after(std::chrono::microseconds delay, Callback callback);

    /// Calls back each time that `interval` has passed since the callback before was begun. What
    /// was missed while the loop was busy is not made up for.
    EventSource every(std::chrono::microseconds interval, Callback callback);

    /// Calls back in the next iteration, once: from a stack that holds nothing of the caller.
    EventSource defer(Callback callback);

    /// Calls back as long as `fd` can be read, or its other end is closed. The descriptor remains
    /// the caller's and must outlive the source. One source for a descriptor (epoll_ctl(2)).
    EventSource on_readable(int fd, Callback callback);

    /// Like on_readable(), for `events` and with the events that happened: EPOLLIN, EPOLLOUT …
    EventSource on_events(int fd, std::uint32_t events,
                          std::function<void(std::uint32_t)> callback);

    /// Calls back for each such signal. Every thread must block it (SignalBlock); Error if this
    /// one does not (sd_event_add_signal(3)).
    EventSource on_signal(int signal, Callback callback);

    /// Calls back once, when the child process of a pidfd has ended, with its exit status as in
    /// ProgramResult, and reaps it. Unlike sd_event_add_child_pidfd(3) it does not need SIGCHLD to
    /// be blocked in all threads, which only a whole program could promise.
    EventSource on_child(int pidfd, std::function<void(int)> callback);

    /// Calls back once, when a stop is requested, by this thread or another one.
    EventSource on_stop(const std::stop_token& stop, Callback callback);

    /// Runs until stop(), and returns its result.
    int run();

    /// Lets run() return `result` after the present callback; when it is not running, at once
    /// after its start.
    void stop(int result = 0) noexcept;

    /// Runs until `is_done`, which is asked before the first iteration and after each, or until
    /// `deadline`. Returns false if the deadline came first; throws Interrupted as soon as this run
    /// is to end. While a Background of this loop waits, it is only that one which pauses. Waits
    /// are not nested: callbacks and `is_done` may not call it.
    bool run_until(const std::function<bool()>& is_done,
                   Clock::time_point deadline = Clock::time_point::max(),
                   AtSignal at_signal = AtSignal::end);

    /// Lets others go on until `until`. Throws like run_until().
    void pause_until(Clock::time_point until);

    /// Throws Interrupted if this run is to end.
    void throw_if_to_end() const;
    /// The token that ends this run, for work in other threads.
    [[nodiscard]] const std::stop_token& end() const noexcept { return end_; }
    /// True if this run is to end.
    [[nodiscard]] bool is_to_end() const noexcept { return end_.stop_requested(); }

    /// Calls `body`, for callbacks that a C library calls in this loop's callbacks: an exception
    /// must not cross its frames, and leaves run() or run_until() instead.
    template <typename Body>
    void guard(Body&& body) noexcept {
        try {
            std::forward<Body>(body)();
        } catch (...) {
            fail(std::current_exception());
        }
    }

    /// Notifies systemd's watchdog as long as the loop runs and each callback returns in time, if
    /// the unit has WatchdogSec=; returns whether it has (sd_event_set_watchdog(3)).
    bool notify_watchdog();

    /// Returns the longest time between two waits so far, which is how long something that
    /// happened may have had to wait for its callback.
    [[nodiscard]] std::chrono::microseconds longest_iteration() const noexcept { return longest_; }

    /// For libraries that bring their own sources, such as sd-bus.
    [[nodiscard]] sd_event* get() const noexcept { return event_.get(); }

private:
    friend class Background;
    using Watch = EventSource::Watch;

    /// Somebody who waits, with what came of it.
    struct Wait {
        const std::function<bool()>& is_done;
        Clock::time_point deadline;
        AtSignal at_signal;
        Background* waiter; ///< nullptr: whoever runs the loop
        bool is_met = false;
        std::exception_ptr failure{};
    };

    static int on_time(sd_event_source* source, std::uint64_t due, void* watch);
    static int on_io(sd_event_source* source, int fd, std::uint32_t events, void* watch);
    static int on_signalled(sd_event_source* source, const signalfd_siginfo* info, void* watch);
    static int on_deferred(sd_event_source* source, void* watch);
    static void call(void* watch, std::uint32_t events) noexcept;

    std::shared_ptr<Watch> make_watch(std::function<void(std::uint32_t)> callback);
    EventSource add_timer(std::chrono::microseconds delay, std::chrono::microseconds interval,
                          Callback callback);
    void fail(std::exception_ptr failure) noexcept;
    Clock::time_point iterate(Clock::time_point deadline);
    void throw_failure();

    void run_for(Wait& wait);
    [[nodiscard]] bool is_over(Wait& wait) noexcept;
    void throw_if_ended(const Wait& wait) const;
    [[nodiscard]] Clock::time_point next_deadline(const Wait& wait) const;
    void resume(Background& background);
    void resume_those_that_are_over();

    CHandle<sd_event, sd_event_unref> event_;
    std::stop_token end_;
    EventSource ended_;
    std::vector<Wait*> waits_;      ///< of those that pause
    Background* running_ = nullptr; ///< nullptr: whoever runs the loop
    bool is_calling_ = false;       ///< back, or asking whether a wait is over
    std::exception_ptr failure_;
    bool is_stopped_ = false;
    int result_ = 0;
    std::chrono::microseconds longest_{0};
};

} // namespace k8s_node
