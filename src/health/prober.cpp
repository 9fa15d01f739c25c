#include "health/prober.hpp"

#include <optional>

#include "loop/interruptible.hpp"
#include "support/handle.hpp"

namespace k8s_node {

Attempt Prober::attempt(std::chrono::milliseconds timeout) {
    std::optional<Attempt> result;
    const ScopeExit cancel([this]() noexcept { prober_->cancel(); });
    prober_->begin(timeout, [&](const Attempt& attempt) { result = attempt; });
    run_interruptible(loop_, [&] { return result.has_value(); });
    return *result;
}

std::unique_ptr<Prober> make_prober(const Probe& probe) {
    return std::make_unique<Prober>(probe);
}

} // namespace k8s_node
