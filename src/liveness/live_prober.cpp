#include "liveness/live_prober.hpp"

#include <utility>

#include <fmt/format.h>

#include "support/error.hpp"

namespace k8s_node::liveness {

using std::chrono::milliseconds;

LiveProber::LiveProber(EventLoop& loop, const LiveProbe& probe)
    : loop_(loop), protocol_(probe), timeout_(probe.timeout) {}

void LiveProber::begin(Answer answer) {
    answer_ = std::move(answer);
    begun_ = EventLoop::Clock::now();
    const auto& probe = protocol_.probe();
    if (probe.kind == ProbeKind::https && !tls_) {
        tls_.emplace();
    }
    patience_ = loop_.after(timeout_, [this] {
        finish({false, fmt::format("no response within {} s", timeout_.count() / 1000)});
    });
    connection_.emplace(
        loop_, probe, protocol_.request(), tls_ ? &*tls_ : nullptr,
        [this](auto received, bool ended, const auto& why) { hear(received, ended, why); });
}

void LiveProber::hear(std::string_view received, bool ended, const std::string& why) {
    if (!why.empty()) {
        return finish({false, why});
    }
    if (const auto attempt = protocol_.judge(received, ended)) {
        finish(*attempt);
    }
}

void LiveProber::finish(const Attempt& attempt) {
    const auto took = std::chrono::duration_cast<milliseconds>(EventLoop::Clock::now() - begun_);
    patience_.reset();
    connection_.reset();
    const auto answer = std::exchange(answer_, nullptr);
    answer(attempt, took);
}

} // namespace k8s_node::liveness
