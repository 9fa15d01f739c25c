// The API servers of a cluster, as it lists them itself. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node::endpoints {

/// "192.0.2.10:6443", "[2001:db8::10]:6443", in order.
using Servers = std::set<std::string>;

/// Returns the API servers in an EndpointSlice of the Service kubernetes that do not say that they
/// are not ready. What has no address or no port is passed over: the object is not trusted to
/// be well formed.
[[nodiscard]] Servers servers_in(const nlohmann::json& endpoint_slice);

/// Returns the servers of a text with one on each line; lines that are none are passed over, so
/// that a damaged file is as good as an old one.
[[nodiscard]] Servers read_servers(std::string_view text);

/// Returns the text that read_servers() reads.
[[nodiscard]] std::string write_servers(const Servers& servers);

/// Returns "192.0.2.10:6443" for "https://192.0.2.10:6443"; empty for a URL with a name or without
/// a port.
[[nodiscard]] std::string server_of_url(const std::string& url);

} // namespace k8s_node::endpoints
