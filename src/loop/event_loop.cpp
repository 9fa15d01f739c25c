#include "loop/event_loop.hpp"

#include <algorithm>
#include <limits>
#include <sys/epoll.h>
#include <utility>

#include "loop/check.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"
#include "support/process_wait.hpp"

namespace k8s_node {

using std::chrono::microseconds;

/// sd-event holds its address, so it stays where it is.
struct EventSource::Watch : std::enable_shared_from_this<EventSource::Watch> {
    EventLoop* loop = nullptr;
    std::function<void(std::uint32_t)> callback;
    microseconds interval{0};                                       ///< of a timer that repeats
    CHandle<sd_event_source, sd_event_source_disable_unref> source; ///< goes before what it calls
};

EventSource& EventSource::operator=(EventSource&& other) noexcept {
    if (this != &other) {
        reset();
        watch_ = std::move(other.watch_);
    }
    return *this;
}

void EventSource::reset() noexcept {
    // The member is empty before the callback's own members are destroyed, which may own this.
    if (const auto watch = std::exchange(watch_, nullptr)) {
        watch->source.reset();
    }
}

namespace {

constexpr std::uint64_t for_ever = std::numeric_limits<std::uint64_t>::max();

/// Returns microseconds as sd-event takes them.
std::uint64_t count_of(microseconds duration) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

/// Returns how late a timer may be: 0 would mean sd-event's default of 250 ms, also the most here.
std::uint64_t accuracy_of(microseconds delay) {
    constexpr microseconds least{1};
    constexpr microseconds most{250'000};
    return count_of(std::clamp(delay / 20, least, most));
}

} // namespace

EventLoop::EventLoop(std::stop_token end) : end_(std::move(end)) {
    sd_event* event = nullptr;
    check(sd_event_new(&event), "create an event loop");
    event_.reset(event);
    if (end_.stop_possible()) {
        ended_ = on_stop(end_, [] {}); // it wakes the loop, which then asks the waits
    }
}

std::shared_ptr<EventSource::Watch>
EventLoop::make_watch(std::function<void(std::uint32_t)> callback) {
    auto watch = std::make_shared<Watch>();
    watch->loop = this;
    watch->callback = std::move(callback);
    return watch;
}

EventSource EventLoop::add_timer(microseconds delay, microseconds interval, Callback callback) {
    auto watch = make_watch([callback = std::move(callback)](std::uint32_t) { callback(); });
    watch->interval = interval;
    sd_event_source* source = nullptr;
    check(sd_event_add_time_relative(get(), &source, CLOCK_MONOTONIC, count_of(delay),
                                     accuracy_of(delay), &on_time, watch.get()),
          "set a timer");
    watch->source.reset(source);
    return EventSource(std::move(watch));
}

EventSource EventLoop::after(microseconds delay, Callback callback) {
    return add_timer(delay, microseconds{0}, std::move(callback));
}

EventSource EventLoop::every(microseconds interval, Callback callback) {
    return add_timer(interval, std::max(interval, microseconds{1}), std::move(callback));
}

EventSource EventLoop::defer(Callback callback) {
    auto watch = make_watch([callback = std::move(callback)](std::uint32_t) { callback(); });
    sd_event_source* source = nullptr;
    check(sd_event_add_defer(get(), &source, &on_deferred, watch.get()), "defer a call");
    watch->source.reset(source);
    return EventSource(std::move(watch));
}

EventSource EventLoop::on_events(int fd, std::uint32_t events,
                                 std::function<void(std::uint32_t)> callback) {
    auto watch = make_watch(std::move(callback));
    sd_event_source* source = nullptr;
    check(sd_event_add_io(get(), &source, fd, events, &on_io, watch.get()), "watch a descriptor");
    watch->source.reset(source);
    return EventSource(std::move(watch));
}

EventSource EventLoop::on_readable(int fd, Callback callback) {
    return on_events(fd, EPOLLIN, [callback = std::move(callback)](std::uint32_t) { callback(); });
}

EventSource EventLoop::on_signal(int signal, Callback callback) {
    auto watch = make_watch([callback = std::move(callback)](std::uint32_t) { callback(); });
    sd_event_source* source = nullptr;
    check(sd_event_add_signal(get(), &source, signal, &on_signalled, watch.get()),
          "watch a signal");
    watch->source.reset(source);
    return EventSource(std::move(watch));
}

EventSource EventLoop::on_child(int pidfd, std::function<void(int)> callback) {
    auto source = on_events(pidfd, EPOLLIN, nullptr);
    const std::weak_ptr<Watch> watch = source.watch_;
    source.watch_->callback = [pidfd, watch, callback = std::move(callback)](std::uint32_t) {
        const int status = reap_process(pidfd);
        watch.lock()->source.reset(); // a process that is reaped can be read for ever
        callback(status);
    };
    return source;
}

EventSource EventLoop::on_stop(const std::stop_token& stop, Callback callback) {
    const auto stopped = std::make_shared<StopDescriptor>(stop);
    auto source =
        on_readable(stopped->get(), [stopped, callback = std::move(callback)] { callback(); });
    check(sd_event_source_set_enabled(source.watch_->source.get(), SD_EVENT_ONESHOT),
          "watch for a stop");
    return source;
}

int EventLoop::run() {
    run_until([this] { return is_stopped_; });
    is_stopped_ = false;
    return result_;
}

void EventLoop::stop(int result) noexcept {
    is_stopped_ = true;
    result_ = result;
}

/// Does what sd_event_run(3) does, and returns when the wait ended.
EventLoop::Clock::time_point EventLoop::iterate(Clock::time_point deadline) {
    constexpr const char* attempt = "run the event loop";
    int ready = check(sd_event_prepare(get()), attempt);
    if (ready == 0) {
        const auto timeout =
            deadline == Clock::time_point::max()
                ? for_ever
                : count_of(std::chrono::ceil<microseconds>(deadline - Clock::now()));
        ready = check(sd_event_wait(get(), timeout), attempt);
    }
    const auto woken = Clock::now();
    if (ready > 0) {
        is_calling_ = true;
        const ScopeExit called([this] { is_calling_ = false; });
        check(sd_event_dispatch(get()), attempt);
    }
    throw_failure();
    return woken;
}

void EventLoop::throw_failure() {
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

bool EventLoop::notify_watchdog() {
    return check(sd_event_set_watchdog(get(), 1), "notify systemd's watchdog") > 0;
}

/// The first failure is the cause of others.
void EventLoop::fail(std::exception_ptr failure) noexcept {
    if (!failure_) {
        failure_ = std::move(failure);
    }
}

void EventLoop::call(void* watch, std::uint32_t events) noexcept {
    // Held, because the callback may destroy its own source.
    const auto held = static_cast<Watch*>(watch)->shared_from_this();
    held->loop->guard([&] { held->callback(events); });
}

int EventLoop::on_time(sd_event_source* source, std::uint64_t /*due*/, void* watch) {
    const auto& timer = *static_cast<Watch*>(watch);
    if (timer.interval.count() != 0) {
        timer.loop->guard([&] {
            check(sd_event_source_set_time_relative(source, count_of(timer.interval)),
                  "set a timer again");
            check(sd_event_source_set_enabled(source, SD_EVENT_ONESHOT), "set a timer again");
        });
    }
    call(watch, 0);
    return 0;
}

int EventLoop::on_io(sd_event_source* /*source*/, int /*fd*/, std::uint32_t events, void* watch) {
    call(watch, events);
    return 0;
}

int EventLoop::on_signalled(sd_event_source* /*source*/, const signalfd_siginfo* /*info*/,
                            void* watch) {
    call(watch, 0);
    return 0;
}

int EventLoop::on_deferred(sd_event_source* /*source*/, void* watch) {
    call(watch, 0);
    return 0;
}

} // namespace k8s_node
