// What to do after a failed transfer. Pure.
#pragma once

#include <chrono>
#include <string>

#include "store/fetch_options.hpp"

namespace k8s_node {

/// How one transfer ended, as libcurl and the server told it.
struct TransferOutcome {
    int curl_code = 0;        ///< CURLcode; 0 = all bytes came
    long http_status = 0;     ///< 0 where there was no HTTP answer
    std::string error_text{}; ///< libcurl's own words, may be empty
    std::string content_type{};
    std::chrono::seconds retry_after{0}; ///< what the server asked for
    bool range_refused = false;          ///< the resumed transfer must begin anew
    bool unasked_part = false;           ///< a part came where the whole was asked for
};

enum class NextStep {
    done,        ///< verify the bytes
    retry,       ///< the same mirror, from where it broke off
    start_over,  ///< the same mirror, from the first byte
    next_mirror, ///< this one will not give it
};

[[nodiscard]] NextStep next_step(const TransferOutcome& outcome);

/// Whether there was not even a connection: where there is another mirror, that
/// one is worth more than patience.
[[nodiscard]] bool is_out_of_reach(const TransferOutcome& outcome);

/// "the server answered with HTTP status 404", "Connection refused", …
[[nodiscard]] std::string describe(const TransferOutcome& outcome);

/// What an operator can try about it; never empty.
[[nodiscard]] std::string hint_for(const TransferOutcome& outcome);

/// Doubles with each attempt (counted from 0) up to the longest delay, of
/// which `jitter` in [0, 1) takes away up to a half, so that many machines
/// that failed together do not come back together.
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetryPolicy& policy, unsigned attempt,
                                                    double jitter);

} // namespace k8s_node
