// A probe of an endpoint that succeeds or fails.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace k8s_node {

enum class ProbeKind { https, http, tcp, unix_socket, file };

/// The request and the response that counts as success. A connection is enough for tcp and
/// unix_socket, and a file must be there; http and https also require the status and, if given, the
/// text.
struct Probe {
    ProbeKind kind = ProbeKind::https;
    std::string host; ///< name or address, IPv6 without brackets; empty for unix_socket and file
    std::uint16_t port = 0; ///< 0 for unix_socket and file
    std::string path;       ///< request target ("/readyz?verbose"), or path of the socket or file
    std::string ca_file;    ///< trusted for https instead of the system's authorities
    std::string client_certificate_file; ///< empty: no client certificate
    std::string client_key_file;         ///< empty: in client_certificate_file
    std::string server_name;             ///< name expected in the certificate instead of host
    int expected_status = 200;           ///< 0 for any
    std::string body_contains;           ///< text expected in the response, empty for any
    std::chrono::seconds deadline{60};
    bool operator==(const Probe&) const = default;

    /// Parses "https://127.0.0.1:6443/readyz", "http://…", "tcp://[::1]:2379",
    /// "unix:///run/containerd/containerd.sock" or "file:///etc/hostname". Throws Error(usage) that
    /// says what is wrong with the text.
    [[nodiscard]] static Probe parse(std::string_view url);

    /// Returns the URL in normal form: the inverse of parse().
    [[nodiscard]] std::string url() const;

    /// Describes the probe for people: "GET https://127.0.0.1:6443/readyz".
    [[nodiscard]] std::string text() const;
};

} // namespace k8s_node
