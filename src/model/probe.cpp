#include "model/probe.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// The URL scheme of a kind; a default port of 0 means that one must be given.
struct Scheme {
    ProbeKind kind;
    std::string_view prefix;
    std::uint16_t default_port;
};

constexpr std::array<Scheme, 5> schemes = {{
    {ProbeKind::https, "https://", 443},
    {ProbeKind::http, "http://", 80},
    {ProbeKind::tcp, "tcp://", 0},
    {ProbeKind::unix_socket, "unix://", 0},
    {ProbeKind::file, "file://", 0},
}};

/// sun_path of sockaddr_un without its terminating zero.
constexpr std::size_t longest_socket_path = 107;

[[noreturn]] void reject(std::string_view url, std::string_view why) {
    Error error("probe \"" + std::string(url) + "\": " + std::string(why), ExitStatus::usage);
    error.try_this("write it like https://127.0.0.1:6443/readyz, http://127.0.0.1:10248/healthz, "
                   "tcp://127.0.0.1:2379, unix:///run/containerd/containerd.sock or "
                   "file:///etc/hostname");
    throw error;
}

const Scheme& scheme_of(ProbeKind kind) {
    return *std::find_if(schemes.begin(), schemes.end(),
                         [&](const Scheme& scheme) { return scheme.kind == kind; });
}

const Scheme& scheme_of(std::string_view url) {
    const auto* const found =
        std::find_if(schemes.begin(), schemes.end(),
                     [&](const Scheme& scheme) { return url.starts_with(scheme.prefix); });
    if (found == schemes.end()) {
        reject(url, "it does not begin with https://, http://, tcp://, unix:// or file://");
    }
    return *found;
}

/// Host and port. An address in brackets may contain colons; a name may not.
struct Authority {
    std::string host;
    std::optional<std::string_view> port;
};

Authority split_authority(std::string_view url, std::string_view authority) {
    std::size_t end_of_host = authority.find(':');
    Authority result;
    if (authority.starts_with('[')) {
        const auto bracket = authority.find(']');
        if (bracket == std::string_view::npos) {
            reject(url, "the closing bracket of the IPv6 address is missing");
        }
        result.host = authority.substr(1, bracket - 1);
        end_of_host = bracket + 1;
    } else {
        result.host = authority.substr(0, end_of_host);
    }
    if (end_of_host < authority.size()) {
        if (authority[end_of_host] != ':') {
            reject(url, "the IPv6 address is followed by something that is not a port");
        }
        result.port = authority.substr(end_of_host + 1);
    }
    return result;
}

std::uint16_t read_port(std::string_view url, const Authority& authority, const Scheme& scheme) {
    if (!authority.port) {
        if (scheme.default_port == 0) {
            reject(url, "the port is missing");
        }
        return scheme.default_port;
    }
    const auto number = parse_integer(*authority.port);
    if (!number || *number < 1 || *number > 65535) {
        reject(url, "the port is not a number from 1 to 65535");
    }
    return static_cast<std::uint16_t>(*number);
}

bool has_only_path(ProbeKind kind) {
    return kind == ProbeKind::unix_socket || kind == ProbeKind::file;
}

void read_path(Probe& probe, std::string_view url, std::string_view rest) {
    if (!rest.starts_with('/')) {
        reject(url, "the path is not absolute");
    }
    if (probe.kind == ProbeKind::unix_socket && rest.size() > longest_socket_path) {
        reject(url, "the socket path is longer than the 107 bytes that Linux allows");
    }
    probe.path = rest;
}

void read_endpoint(Probe& probe, std::string_view url, std::string_view rest,
                   const Scheme& scheme) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto authority = split_authority(url, rest.substr(0, end));
    if (authority.host.empty()) {
        reject(url, "the host is missing");
    }
    probe.host = authority.host;
    probe.port = read_port(url, authority, scheme);
    if (scheme.kind == ProbeKind::tcp) {
        if (end != rest.size()) {
            reject(url, "a tcp probe has no path");
        }
        return;
    }
    probe.path = end == rest.size() ? "/" : rest.substr(end);
}

bool is_ordinary(char c) {
    return c > ' ' && c < '\x7f' && c != '@' && c != '#' && c != '"';
}

} // namespace

Probe Probe::parse(std::string_view url) {
    const auto& scheme = scheme_of(url);
    const auto rest = url.substr(scheme.prefix.size());
    if (!std::all_of(rest.begin(), rest.end(), is_ordinary)) {
        reject(url, "it contains a blank, a control character, a user name, a quote or a fragment");
    }
    Probe probe;
    probe.kind = scheme.kind;
    if (has_only_path(scheme.kind)) {
        read_path(probe, url, rest);
    } else {
        read_endpoint(probe, url, rest, scheme);
    }
    return probe;
}

std::string Probe::url() const {
    const auto& scheme = scheme_of(kind);
    std::string out(scheme.prefix);
    if (has_only_path(kind)) {
        return out + path;
    }
    const bool brackets = host.find(':') != std::string::npos;
    out += brackets ? "[" + host + "]" : host;
    if (port != scheme.default_port) {
        out += ":" + std::to_string(port);
    }
    return out + path;
}

std::string Probe::text() const {
    const bool asks = kind == ProbeKind::https || kind == ProbeKind::http;
    return (asks ? "GET " : kind == ProbeKind::file ? "look for " : "connect to ") + url();
}

} // namespace k8s_node
