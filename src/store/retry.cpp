#include "store/retry.hpp"

#include <algorithm>
#include <array>

#include "support/curl.hpp"

namespace k8s_node {

namespace {

/// True for failures that may be gone in a minute: of the network, a proxy, a restart.
bool is_transient(int code) {
    constexpr std::array transient = {
        CURLE_COULDNT_RESOLVE_PROXY,
        CURLE_COULDNT_RESOLVE_HOST,
        CURLE_COULDNT_CONNECT,
        CURLE_PARTIAL_FILE,
        CURLE_OPERATION_TIMEDOUT,
        CURLE_SSL_CONNECT_ERROR,
        CURLE_GOT_NOTHING,
        CURLE_SEND_ERROR,
        CURLE_RECV_ERROR,
        CURLE_HTTP2,
        CURLE_HTTP2_STREAM,
        CURLE_WEIRD_SERVER_REPLY,
    };
    return std::find(transient.begin(), transient.end(), code) != transient.end();
}

NextStep after_status(long status) {
    constexpr long request_timeout = 408;
    constexpr long range_not_satisfiable = 416;
    constexpr long too_many_requests = 429;
    if (status == range_not_satisfiable) {
        return NextStep::start_over;
    }
    if (status >= 500 || status == request_timeout || status == too_many_requests) {
        return NextStep::retry;
    }
    return NextStep::next_mirror;
}

} // namespace

NextStep next_step(const TransferOutcome& outcome) {
    const int code = outcome.curl_code;
    if (outcome.unasked_part) {
        return NextStep::next_mirror;
    }
    if (outcome.range_refused || code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME) {
        return NextStep::start_over;
    }
    if (code == CURLE_OK) {
        return NextStep::done;
    }
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        return after_status(outcome.http_status);
    }
    return is_transient(code) ? NextStep::retry : NextStep::next_mirror;
}

bool is_out_of_reach(const TransferOutcome& outcome) {
    switch (outcome.curl_code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return true;
    case CURLE_OPERATION_TIMEDOUT: // before a response: while connecting
        return outcome.http_status == 0;
    default:
        return false;
    }
}

std::string describe(const TransferOutcome& outcome) {
    if (outcome.unasked_part) {
        return "the server sent part of the file (HTTP status 206) although all of it was "
               "requested";
    }
    if (outcome.range_refused) {
        return "the server did not resume the transfer where it was interrupted";
    }
    if (outcome.curl_code == CURLE_HTTP_RETURNED_ERROR) {
        return "the server answered with HTTP status " + std::to_string(outcome.http_status);
    }
    if (!outcome.error_text.empty()) {
        return outcome.error_text;
    }
    return libcurl().easy_strerror(static_cast<CURLcode>(outcome.curl_code));
}

std::string hint_for(const TransferOutcome& outcome) {
    switch (outcome.curl_code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "check the name and this machine's DNS (resolvectl status), or set a mirror";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "check this machine's clock; if the mirror has a certificate of a private CA, "
               "name that CA's file in the node configuration";
    case CURLE_SSL_CACERT_BADFILE:
        return "check that the configured CA file exists and contains PEM certificates";
    case CURLE_HTTP_RETURNED_ERROR:
        return outcome.http_status == 404
                   ? "check the version in the release; a mirror must serve the file as "
                     "MIRROR/<host>/<path> of upstream's URL"
                   : "ask the administrator of that server, or set another mirror";
    case CURLE_FILE_COULDNT_READ_FILE:
        return "a file:// mirror must contain the file as MIRROR/<host>/<path> of upstream's URL";
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "use an https URL; redirects are followed to https only";
    default:
        return "check the network and the proxy variables, or set a mirror, and run the same "
               "command again: finished artifacts are kept";
    }
}

std::chrono::milliseconds retry_delay(const RetryPolicy& policy, unsigned attempt, double jitter) {
    auto delay = std::min(policy.first_delay, policy.longest_delay);
    for (unsigned i = 0; i < attempt && delay < policy.longest_delay; ++i) {
        delay = std::min(2 * delay, policy.longest_delay);
    }
    const auto kept = static_cast<double>(delay.count()) * (1.0 - jitter / 2);
    return std::chrono::milliseconds(static_cast<std::int64_t>(kept));
}

std::chrono::milliseconds longer_pause(std::chrono::milliseconds delay,
                                       std::chrono::seconds asked_for, double jitter) {
    constexpr std::chrono::seconds longest{300};
    const std::chrono::milliseconds asked = std::clamp(asked_for, std::chrono::seconds{0}, longest);
    const auto spread = static_cast<double>(asked.count()) * (1.0 + jitter / 2);
    return std::max(delay, std::chrono::milliseconds(static_cast<std::int64_t>(spread)));
}

} // namespace k8s_node
