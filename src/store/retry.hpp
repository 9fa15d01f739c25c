// Decides what to do after a failed transfer. Pure.
#pragma once

#include <chrono>
#include <string>

#include "store/fetch_options.hpp"

namespace k8s_node {

/// How one transfer ended, according to libcurl and the server.
struct TransferOutcome {
    int curl_code = 0;        ///< CURLcode; 0 = all bytes were received
    long http_status = 0;     ///< 0 without an HTTP response
    std::string error_text{}; ///< libcurl's own message, may be empty
    std::string content_type{};
    std::chrono::seconds retry_after{0}; ///< as requested by the server
    bool range_refused = false;          ///< the transfer must restart from the first byte
    bool unasked_part =
        false; ///< the server sent part of the file although all of it was requested
};

enum class NextStep {
    done,        ///< verify the bytes
    retry,       ///< the same mirror, from where it was interrupted
    start_over,  ///< the same mirror, from the first byte
    next_mirror, ///< this one will not provide it
};

[[nodiscard]] NextStep next_step(const TransferOutcome& outcome);

/// True if not even a connection was made: if there is another mirror, trying it is better than
/// waiting.
[[nodiscard]] bool is_out_of_reach(const TransferOutcome& outcome);

/// Returns "the server answered with HTTP status 404", "Connection refused", …
[[nodiscard]] std::string describe(const TransferOutcome& outcome);

/// Returns what an operator can try; never empty.
[[nodiscard]] std::string hint_for(const TransferOutcome& outcome);

/// Returns a delay that doubles with each attempt (counted from 0) up to the longest one.
/// `jitter` in [0, 1) shortens it by up to a half, so that many machines that failed together do
/// not retry together.
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetryPolicy& policy, unsigned attempt,
                                                    double jitter);

/// Returns the delay, or one that keeps away from a server for as long as it asks (up to five
/// minutes) if that is longer. `jitter` in [0, 1) lengthens that one by up to a half: a server asks
/// the same of all whom it refuses.
[[nodiscard]] std::chrono::milliseconds longer_pause(std::chrono::milliseconds delay,
                                                     std::chrono::seconds asked_for, double jitter);

} // namespace k8s_node
