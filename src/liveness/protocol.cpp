#include "liveness/protocol.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "health/explain.hpp"
#include "support/text.hpp"

namespace k8s_node::liveness {

namespace {

/// Enough of a failure to name the failed checks.
constexpr std::size_t largest_answer = 16384;

std::optional<Attempt> judge_http(const Probe& probe, std::string_view received, bool ended) {
    constexpr std::string_view version = "HTTP/1.";
    const auto end_of_headers = received.find("\r\n\r\n");
    if (end_of_headers == std::string_view::npos) {
        if (!ended && received.size() < largest_answer) {
            return std::nullopt;
        }
        return Attempt{false, received.empty() ? "the connection was closed without a response"
                                               : "the response is not HTTP"};
    }
    const auto status = parse_integer(received.substr(version.size() + 2, 3));
    if (!received.starts_with(version) || !status) {
        return Attempt{false, "the response is not HTTP"};
    }
    constexpr long unauthorized = 401;
    constexpr long forbidden = 403;
    const auto body = received.substr(end_of_headers + 4);
    auto result = judge_answer(probe, static_cast<long>(*status), body);
    if (result.ok || *status == unauthorized || *status == forbidden) {
        return Attempt{true, {}}; // it answers, if not to us
    }
    if (!ended && received.size() < largest_answer) {
        return std::nullopt; // the body says why
    }
    return result;
}

// HTTP/2 as far as one call of gRPC needs it (RFC 9113). Frames are told apart, and headers, which
// are compressed, are not read: that there are any is the answer.

constexpr std::size_t frame_head = 9;
enum FrameType : unsigned char { data = 0, headers = 1, reset = 3, go_away = 7 };

std::string frame(unsigned char type, unsigned char flags, unsigned char stream,
                  std::string_view payload) {
    std::string out;
    for (const unsigned shift : {16U, 8U, 0U}) {
        out += static_cast<char>(payload.size() >> shift & 0xffU);
    }
    out += static_cast<char>(type);
    out += static_cast<char>(flags);
    out.append(3, '\0');
    out += static_cast<char>(stream);
    return out.append(payload);
}

/// A header that is written out (RFC 7541, 6.2.2); texts are shorter than 127 bytes.
std::string header(std::string_view name, std::string_view value) {
    std::string out(1, '\0');
    for (const auto text : {name, value}) {
        out += static_cast<char>(text.size());
        out += text;
    }
    return out;
}

std::string grpc_request() {
    constexpr unsigned char end_stream = 1;
    constexpr unsigned char end_headers = 4;
    constexpr unsigned char settings = 4;
    const auto head = header(":method", "POST") + header(":scheme", "http") +
                      header(":path", "/grpc.health.v1.Health/Check") +
                      header(":authority", "localhost") +
                      header("content-type", "application/grpc") + header("te", "trailers");
    const std::string no_message(5, '\0'); // uncompressed, of length 0
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(settings, 0, 0, "") +
           frame(headers, end_headers, 1, head) + frame(data, end_stream, 1, no_message);
}

std::size_t size_of(std::string_view frame) {
    std::size_t size = 0;
    for (const char byte : frame.substr(0, 3)) {
        size = size << 8U | static_cast<unsigned char>(byte);
    }
    return size;
}

/// HealthCheckResponse with status SERVING, in a gRPC message; the length is of the field alone.
Attempt judge_health(std::string_view payload) {
    constexpr char serving = 1;
    constexpr char status_field = 0x08;
    const bool says_other =
        payload.size() >= 7 && payload[5] == status_field && payload[6] != serving;
    return {!says_other, says_other ? "gRPC health: it does not serve" : ""};
}

/// A server that knows no health service says so in headers alone, and lives.
std::optional<Attempt> judge_grpc(std::string_view received, bool ended) {
    constexpr unsigned char end_stream = 1;
    while (received.size() >= frame_head) {
        const auto size = size_of(received);
        if (received.size() < frame_head + size) {
            break;
        }
        const auto type = static_cast<unsigned char>(received[3]);
        const auto flags = static_cast<unsigned char>(received[4]);
        if (type == data) {
            return judge_health(received.substr(frame_head, size));
        }
        if (type == headers && (flags & end_stream) != 0) {
            return Attempt{true, {}};
        }
        if (type == reset || type == go_away) {
            return Attempt{false, "the gRPC server refuses the call"};
        }
        received.remove_prefix(frame_head + size);
    }
    if (ended) {
        return Attempt{false, "the connection was closed without a response"};
    }
    return std::nullopt;
}

} // namespace

Protocol::Protocol(const LiveProbe& probe)
    : probe_(parse_live_url(probe.url)), any_answer_(probe.any_answer) {
    if (any_answer_) {
        probe_.expected_status = 0;
    }
}

std::string Protocol::request() const {
    if (probe_.kind == ProbeKind::unix_socket) {
        return grpc_request();
    }
    return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: k8s-node-watch\r\n"
                       "Connection: close\r\n\r\n",
                       probe_.path,
                       probe_.host.find(':') == std::string::npos ? probe_.host
                                                                  : "[" + probe_.host + "]");
}

std::optional<Attempt> Protocol::judge(std::string_view received, bool ended) const {
    return probe_.kind == ProbeKind::unix_socket ? judge_grpc(received, ended)
                                                 : judge_http(probe_, received, ended);
}

} // namespace k8s_node::liveness
