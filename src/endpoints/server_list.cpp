#include "endpoints/server_list.hpp"

#include "cluster/api_servers.hpp"
#include "language/networks.hpp"
#include "support/text.hpp"

namespace k8s_node::endpoints {

namespace {

constexpr long last_port = 65535;

/// Returns "ADDRESS:PORT", "[ADDRESS]:PORT" for IPv6, empty if it is none.
std::string checked(const std::string& address, const std::string& port) {
    constexpr std::size_t longest_port = 5;
    const bool is_number = !port.empty() && port.size() <= longest_port &&
                           port.find_first_not_of("0123456789") == std::string::npos &&
                           std::stol(port) >= 1 && std::stol(port) <= last_port;
    const bool is_ipv6 = address.starts_with('[') && address.ends_with(']');
    const auto plain = is_ipv6 ? address.substr(1, address.size() - 2) : address;
    const auto* const signs = is_ipv6 ? "0123456789abcdefABCDEF.:" : "0123456789.";
    const bool is_address = plain.find_first_not_of(signs) == std::string::npos &&
                            is_ipv6 == (plain.find(':') != std::string::npos) &&
                            parse_network(plain).has_value();
    return is_number && is_address ? address + ":" + port : "";
}

std::string checked(const std::string& server) {
    const auto colon = server.rfind(':');
    return colon == std::string::npos ? ""
                                      : checked(server.substr(0, colon), server.substr(colon + 1));
}

} // namespace

Servers servers_in(const nlohmann::json& endpoint_slice) {
    Servers servers;
    for (const auto& each : cluster::api_servers_of(endpoint_slice)) {
        if (auto server = checked(each.host, std::to_string(each.port)); !server.empty()) {
            servers.insert(std::move(server));
        }
    }
    return servers;
}

Servers read_servers(std::string_view text) {
    Servers servers;
    for (const auto& line : split_lines(text)) {
        if (auto server = checked(line); !server.empty()) {
            servers.insert(std::move(server));
        }
    }
    return servers;
}

std::string write_servers(const Servers& servers) {
    std::string text;
    for (const auto& server : servers) {
        text += server + "\n";
    }
    return text;
}

std::string server_of_url(const std::string& url) {
    return checked(place_of_url(url));
}

} // namespace k8s_node::endpoints
