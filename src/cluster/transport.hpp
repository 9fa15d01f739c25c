// The interface between requests to the API server and their transport.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace k8s_node::cluster {

using Clock = std::chrono::steady_clock;

struct HttpRequest {
    std::string method = "GET";
    std::string path; ///< with its query: "/api/v1/nodes?limit=1"
    std::string content_type = {};
    std::string body = {};
};

struct HttpReply {
    long status = 0;
    std::string body;
    std::chrono::seconds retry_after{
        0}; ///< as the server asks for (RFC 9110, 10.2.3); 0 if it does not
};

/// The answer of a stream's receiver: `go_on` if it wants more data.
enum class Flow { go_on, stop };

/// A connection to one server for one request at a time. A reply of any status is returned; if
/// there is none, ConnectionError is thrown.
class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    Transport(Transport&&) = delete;
    Transport& operator=(Transport&&) = delete;
    virtual ~Transport() = default;

    [[nodiscard]] virtual HttpReply send(const HttpRequest& request) = 0;

    using Sink = std::function<Flow(std::string_view chunk)>;
    /// Passes the body of a 200 to `sink` as it arrives and returns when it ends, the sink stops
    /// it or the deadline passes. The body of any other status is in the reply, and the sink sees
    /// nothing. The sink may wait.
    virtual HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                             const Sink& sink) = 0;
};

} // namespace k8s_node::cluster
