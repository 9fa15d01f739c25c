// Unary calls to a gRPC server on a unix socket. libcurl does the HTTP/2.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "loop/event_loop.hpp"
#include "support/error.hpp"

namespace k8s_node::cri {

/// The server returned an error status, or did not respond (`unavailable`).
class CallError : public Error {
public:
    /// From https://grpc.github.io/grpc/core/md_doc_statuscodes.html
    enum Code { deadline_exceeded = 4, not_found = 5, unimplemented = 12, unavailable = 14 };

    CallError(int code, std::string message) : Error(std::move(message)), code_(code) {}
    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

class GrpcClient {
public:
    /// Every call has its own connection. Waits in `loop`, which must outlive it.
    GrpcClient(std::string socket, EventLoop& loop) : socket_(std::move(socket)), loop_(loop) {}

    /// Sends a message to "/package.Service/Method" and returns the response message. The server
    /// gets the deadline as well and gives up by itself. Throws CallError, and Interrupted.
    [[nodiscard]] std::string call(const std::string& method, std::string_view request,
                                   std::chrono::milliseconds deadline) const;

private:
    std::string socket_;
    EventLoop& loop_;
};

} // namespace k8s_node::cri
