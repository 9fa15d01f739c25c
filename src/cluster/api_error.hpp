// Errors of the API server or of the connection to it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/transport.hpp"
#include "support/error.hpp"

namespace k8s_node::cluster {

/// No response: refused, reset, timed out. Retrying later may help.
class ConnectionError : public Error {
public:
    using Error::Error;
};

/// Why a server's certificate does not prove that it is the one that was meant.
enum class CertificateTrouble { untrusted, not_yet_valid, expired };

/// A server answered, and its certificate is no proof.
class CertificateError : public Error {
public:
    CertificateError(std::string message, CertificateTrouble trouble)
        : Error(std::move(message)), trouble_(trouble) {}
    [[nodiscard]] CertificateTrouble trouble() const noexcept { return trouble_; }

private:
    CertificateTrouble trouble_;
};

/// An error of a server that may have said when it wants to be asked again.
class ServerError : public Error {
public:
    ServerError(std::string message, ExitStatus status, std::chrono::seconds retry_after)
        : Error(std::move(message), status), retry_after_(retry_after) {}
    /// Returns how long the server wants to be left alone; 0 if it has not said so.
    [[nodiscard]] std::chrono::seconds retry_after() const noexcept { return retry_after_; }

private:
    std::chrono::seconds retry_after_;
};

/// The API server responded with an error.
class ApiError : public ServerError {
public:
    ApiError(std::string message, long code, std::string reason,
             std::chrono::seconds retry_after = {})
        : ServerError(std::move(message), ExitStatus::failure, retry_after), code_(code),
          reason_(std::move(reason)) {}

    [[nodiscard]] long code() const noexcept { return code_; }
    /// Returns the machine-readable reason: "Forbidden", "Conflict", …; empty if there is none.
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    /// True if the same request may succeed later: overload and server errors.
    [[nodiscard]] bool is_temporary() const noexcept {
        return code_ >= 500 || code_ == 429 || code_ == 408;
    }

private:
    long code_;
    std::string reason_;
};

/// Returns the error for a reply, from its Status object if it is one: "cannot apply ConfigMap
/// kube-system/x: <message> (403 Forbidden)". `attempted` is "apply ConfigMap kube-system/x".
[[nodiscard]] ApiError api_error(const HttpReply& reply, std::string_view attempted);

} // namespace k8s_node::cluster
