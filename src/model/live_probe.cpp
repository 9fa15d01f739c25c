#include "model/live_probe.hpp"

#include <arpa/inet.h>
#include <array>

#include "support/error.hpp"

namespace k8s_node {

namespace {

[[noreturn]] void reject(std::string_view url, std::string_view why) {
    throw Error("probe \"" + std::string(url) + "\": " + std::string(why), ExitStatus::usage)
        .try_this("write it like http://127.0.0.1:10248/healthz or "
                  "grpc+unix:///run/containerd/containerd.sock");
}

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

} // namespace

Probe parse_live_url(std::string_view url) {
    constexpr std::string_view grpc = "grpc+";
    if (url.starts_with(grpc)) {
        const auto probe = Probe::parse(url.substr(grpc.size()));
        if (probe.kind != ProbeKind::unix_socket) {
            reject(url, "gRPC is asked over a unix socket only");
        }
        return probe;
    }
    auto probe = Probe::parse(url);
    if (probe.kind != ProbeKind::http && probe.kind != ProbeKind::https) {
        reject(url, "a connection or a file does not show that a service answers");
    }
    if (!is_address(probe.host)) {
        reject(url, "its host is not an address");
    }
    return probe;
}

} // namespace k8s_node
