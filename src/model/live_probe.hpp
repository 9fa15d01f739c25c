// The question whether a service that runs still answers.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "model/probe.hpp"

namespace k8s_node {

/// Asked again and again while the unit runs, by k8s-node-watch.service. Nothing is trusted that
/// the answer says, so certificates are not verified.
struct LiveProbe {
    std::string url; ///< as parse_live_url() takes it
    /// Any HTTP status shows that the service lives. Otherwise 404 and 500 and so on do not: it
    /// says itself that it is unwell.
    bool any_answer = false;
    std::chrono::seconds timeout{5};
    bool operator==(const LiveProbe&) const = default;
};

/// Parses the URL of a LiveProbe: http:// or https:// at an address, for a name would have to be
/// looked up first; or "grpc+unix:///run/containerd/containerd.sock", which asks for gRPC's health
/// (https://github.com/grpc/grpc/blob/master/doc/health-checking.md) and has the kind unix_socket.
/// For these a connection proves nothing: the kernel makes it for a stopped process too. Throws
/// Error(usage).
[[nodiscard]] Probe parse_live_url(std::string_view url);

} // namespace k8s_node
