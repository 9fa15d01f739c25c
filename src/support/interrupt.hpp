// SIGINT, SIGTERM and SIGHUP end a run in an orderly way: every wait checks here.
#pragma once

#include <chrono>
#include <csignal>
#include <exception>
#include <stop_token>
#include <string>
#include <thread>

#include "support/handle.hpp"

namespace k8s_node {

/// Thrown by waits when a signal asks the run to end. Not an Error, so that nothing takes it for
/// a failure of what was waited for.
class Interrupted : public std::exception {
public:
    /// Without a signal: somebody else asked.
    explicit Interrupted(int signal = 0);
    /// "interrupted by SIGTERM"
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] int signal() const noexcept { return signal_; }

private:
    int signal_;
    std::string text_;
};

/// Thrown where work is given up because nobody wants its result any more, for whoever began it.
class Cancelled : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// While it lives, the first of the signals is a request to end and the second has its default
/// action. The first one comes again by itself after a second: it ends what cannot hear a request,
/// such as a write to a terminal that was stopped or a look at a dead file server. One at a time;
/// create it before other threads, which then leave the signals to it. Ignored signals stay ignored
/// (nohup).
class InterruptWatch {
public:
    InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    InterruptWatch(InterruptWatch&&) = delete;
    InterruptWatch& operator=(InterruptWatch&&) = delete;
    ~InterruptWatch();

private:
    void wait();

    sigset_t watched_{};
    sigset_t before_{};
    UniqueFd signals_;
    UniqueFd end_;
    std::jthread thread_;
};

/// Returns the signal that asked this run to end, or 0 if none has.
[[nodiscard]] int interrupt_signal() noexcept;

/// Returns until when a run that a signal asked to end may still finish what is short and try what
/// cleans up: 50 ms from the signal, so that it ends within 100 ms. The end of time before a
/// signal.
[[nodiscard]] std::chrono::steady_clock::time_point end_of_grace() noexcept;

/// Throws Interrupted if a signal asked this run to end.
void throw_if_interrupted();

/// Returns a token on which a stop is requested when a signal asks this run to end.
[[nodiscard]] std::stop_token interrupt_token();

/// A descriptor that can be read once a stop is requested, for waits on several.
class StopDescriptor {
public:
    explicit StopDescriptor(const std::stop_token& stop);
    [[nodiscard]] int get() const noexcept { return fd_.get(); }

private:
    struct Raise {
        int fd;
        void operator()() const noexcept;
    };
    UniqueFd fd_;
    std::stop_callback<Raise> raise_; ///< last: it uses the member above
};

/// Returns a descriptor that becomes readable on an interrupt, for waits on descriptors, or -1,
/// which poll(2) ignores, without an InterruptWatch.
[[nodiscard]] int interrupt_fd() noexcept;

} // namespace k8s_node
