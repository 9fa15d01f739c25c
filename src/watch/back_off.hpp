// Pauses after failures.
#pragma once

#include <chrono>
#include <random>

#include "store/retry.hpp"

namespace k8s_node::watch {

/// Pauses that grow from 0.2 s to half a minute, each shortened at random, so that many clients of
/// a server that comes back do not all come at once.
class BackOff {
public:
    /// Returns the pause after one more failure: no shorter than the server asked for.
    [[nodiscard]] std::chrono::milliseconds next(std::chrono::seconds asked_for = {}) {
        return longer_pause(retry_delay(policy, failures_++, random()), asked_for, random());
    }
    /// Something has succeeded.
    void reset() noexcept { failures_ = 0; }

    /// Returns a number in [0, 1).
    [[nodiscard]] double random() {
        return std::uniform_real_distribution<double>(0, 1)(generator_);
    }

private:
    static constexpr RetryPolicy policy{.first_delay = std::chrono::milliseconds(200),
                                        .longest_delay = std::chrono::seconds(30)};
    unsigned failures_ = 0;
    std::minstd_rand generator_{std::random_device{}()};
};

} // namespace k8s_node::watch
