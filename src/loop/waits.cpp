// The waits in an event loop, of whoever runs it and of those in the background.
#include <algorithm>
#include <utility>

#include "loop/background.hpp"
#include "loop/event_loop.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

using std::chrono::microseconds;

bool EventLoop::run_until(const std::function<bool()>& is_done, Clock::time_point deadline,
                          AtSignal at_signal) {
    if (is_calling_) {
        throw Error("a callback of an event loop waits in it");
    }
    Wait wait{is_done, deadline, at_signal, running_};
    if (running_ == nullptr) {
        run_for(wait);
    } else if (!is_over(wait)) {
        waits_.push_back(&wait);
        running_->fiber_.pause();
    }
    if (wait.failure) {
        std::rethrow_exception(wait.failure);
    }
    return wait.is_met;
}

void EventLoop::pause_until(Clock::time_point until) {
    run_until([] { return false; }, until);
}

void EventLoop::throw_if_to_end() const {
    if (is_to_end()) {
        throw Interrupted(interrupt_signal());
    }
}

void EventLoop::run_for(Wait& wait) {
    auto woken = Clock::now();
    for (;;) {
        resume_those_that_are_over();
        const bool over = is_over(wait);
        throw_failure(); // of a callback that ran outside of the loop, too
        longest_ =
            std::max(longest_, std::chrono::duration_cast<microseconds>(Clock::now() - woken));
        if (over) {
            return;
        }
        woken = iterate(next_deadline(wait));
    }
}

bool EventLoop::is_over(Wait& wait) noexcept {
    is_calling_ = true;
    try {
        wait.is_met = wait.is_done();
        if (!wait.is_met) {
            throw_if_ended(wait);
        }
    } catch (...) {
        wait.failure = std::current_exception();
    }
    is_calling_ = false;
    return wait.is_met || wait.failure || Clock::now() >= wait.deadline;
}

void EventLoop::throw_if_ended(const Wait& wait) const {
    if (wait.at_signal == AtSignal::go_on) {
        return;
    }
    if (wait.waiter != nullptr && wait.waiter->is_cancelled_) {
        throw Cancelled();
    }
    if (wait.at_signal == AtSignal::end || Clock::now() >= end_of_grace()) {
        throw_if_to_end();
    }
}

EventLoop::Clock::time_point EventLoop::next_deadline(const Wait& wait) const {
    auto next = wait.deadline;
    for (const auto* paused : waits_) {
        next = std::min(next, paused->deadline);
    }
    return is_to_end() && Clock::now() < end_of_grace() ? std::min(next, end_of_grace()) : next;
}

void EventLoop::resume(Background& background) {
    auto* const before = std::exchange(running_, &background);
    background.fiber_.resume();
    running_ = before;
}

/// One that goes on may be what another one waits for.
void EventLoop::resume_those_that_are_over() {
    for (;;) {
        const auto over = std::ranges::find_if(waits_, [&](Wait* wait) { return is_over(*wait); });
        if (over == waits_.end()) {
            return;
        }
        auto& waiter = *(*over)->waiter;
        waits_.erase(over);
        resume(waiter);
    }
}

} // namespace k8s_node
