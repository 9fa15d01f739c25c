#include "support/interrupt.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/event_descriptor.hpp"

namespace k8s_node {

namespace {

/// Signals belong to the process, so this state is global.
struct State {
    std::stop_source stop;
    std::atomic<int> signal = 0;
    std::atomic<std::chrono::steady_clock::time_point> end_of_grace =
        std::chrono::steady_clock::time_point::max();
    std::atomic<int> raised = -1; ///< an eventfd
};

constexpr std::chrono::milliseconds grace{50};

State& state() {
    static State one;
    return one;
}

bool is_ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Lets the signal come again after a second, with its default action then. No timer is no worse
/// than before.
void send_again_later(int signal) {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = signal;
    itimerspec once{};
    once.it_value.tv_sec = 1;
    timer_t timer{}; // never deleted: printing the error can block too
    if (::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) {
        static_cast<void>(::timer_settime(timer, 0, &once, nullptr));
    }
}

} // namespace

Interrupted::Interrupted(int signal)
    : signal_(signal),
      text_(signal == 0 ? "interrupted"
                        : std::string("interrupted by SIG") + ::sigabbrev_np(signal)) {}

InterruptWatch::InterruptWatch() : end_(make_event()) {
    sigemptyset(&watched_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (!is_ignored(signal)) {
            sigaddset(&watched_, signal);
        }
    }
    signals_.reset(::signalfd(-1, &watched_, SFD_CLOEXEC));
    if (!signals_) {
        throw system_error(errno, "create a signal descriptor");
    }
    state().stop = {};
    state().signal = 0;
    state().end_of_grace = std::chrono::steady_clock::time_point::max();
    state().raised = make_event().release();
    ::pthread_sigmask(SIG_BLOCK, &watched_, &before_);
    thread_ = std::jthread([this] { wait(); });
}

InterruptWatch::~InterruptWatch() {
    raise_event(end_.get());
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    ::close(state().raised.exchange(-1));
}

void InterruptWatch::wait() {
    std::array<pollfd, 2> waits{{{end_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
    while (::poll(waits.data(), waits.size(), -1) >= 0 || errno == EINTR) {
        if (waits[0].revents != 0) {
            return;
        }
        signalfd_siginfo info{};
        if (waits[1].revents == 0 || ::read(signals_.get(), &info, sizeof info) != sizeof info) {
            continue;
        }
        waits[1].fd = -1;
        // From here on this thread, which keeps running, gets their default action.
        ::pthread_sigmask(SIG_UNBLOCK, &watched_, nullptr);
        state().end_of_grace = std::chrono::steady_clock::now() + grace;
        state().signal = static_cast<int>(info.ssi_signo);
        raise_event(state().raised);
        state().stop.request_stop();
        send_again_later(state().signal);
    }
}

int interrupt_signal() noexcept {
    return state().signal;
}

std::chrono::steady_clock::time_point end_of_grace() noexcept {
    return state().end_of_grace;
}

void throw_if_interrupted() {
    if (const int signal = interrupt_signal(); signal != 0) {
        throw Interrupted(signal);
    }
}

std::stop_token interrupt_token() {
    return state().stop.get_token();
}

StopDescriptor::StopDescriptor(const std::stop_token& stop)
    : fd_(make_event()), raise_(stop, Raise{fd_.get()}) {}

void StopDescriptor::Raise::operator()() const noexcept {
    raise_event(fd);
}

int interrupt_fd() noexcept {
    return state().raised;
}

} // namespace k8s_node
