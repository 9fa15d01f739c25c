#include "health/async_prober.hpp"

#include <optional>
#include <utility>

#include "health/curl_prober.hpp"
#include "health/file_prober.hpp"
#include "health/socket_prober.hpp"
#include "support/handle.hpp"

namespace k8s_node {

void AsyncProber::begin(std::chrono::milliseconds timeout, Answer answer) {
    cancel();
    answer_ = std::move(answer);
    ask(timeout);
}

void AsyncProber::cancel() {
    abandon();
    reply_.reset();
    answer_ = nullptr;
}

void AsyncProber::reply(Attempt attempt) {
    reply_ = loop_.defer([this, attempt = std::move(attempt)] {
        const auto answer = std::exchange(answer_, nullptr); // it may destroy this
        answer(attempt);
    });
}

std::unique_ptr<AsyncProber> make_async_prober(const Probe& probe, EventLoop& loop) {
    switch (probe.kind) {
    case ProbeKind::unix_socket:
        return std::make_unique<SocketProber>(probe.path, loop);
    case ProbeKind::file:
        return std::make_unique<FileProber>(probe.path, loop);
    case ProbeKind::https:
    case ProbeKind::http:
    case ProbeKind::tcp:
        break;
    }
    return std::make_unique<CurlProber>(probe, loop);
}

Attempt attempt(AsyncProber& prober, std::chrono::milliseconds timeout, EventLoop& loop) {
    std::optional<Attempt> result;
    const ScopeExit cancel([&]() noexcept { prober.cancel(); });
    prober.begin(timeout, [&](const Attempt& answer) { result = answer; });
    loop.run_until([&] { return result.has_value(); });
    return *result;
}

} // namespace k8s_node
