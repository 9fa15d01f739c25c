#include "teardown/virtual_servers.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <ifaddrs.h>
#include <set>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace {

std::string dotted(in_addr address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET, &address, text.data(), text.size());
}

/// "0A600001:01BB"
bool parse_place(std::string_view text, VirtualServer& server) {
    std::uint32_t address = 0;
    if (text.size() != 13 || text[8] != ':') {
        return false;
    }
    const auto* middle = text.data() + 8;
    const auto* end = text.data() + text.size();
    if (std::from_chars(text.data(), middle, address, 16).ptr != middle ||
        std::from_chars(middle + 1, end, server.port, 16).ptr != end) {
        return false;
    }
    server.address = dotted({::htonl(address)});
    return true;
}

std::set<std::string> addresses_of(const std::string& interface) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) < 0) {
        throw system_error(errno, "list the addresses of this machine");
    }
    const CHandle<ifaddrs, ::freeifaddrs> all(first);
    std::set<std::string> found;
    for (const auto* at = first; at != nullptr; at = at->ifa_next) {
        if (at->ifa_name == interface && at->ifa_addr != nullptr &&
            at->ifa_addr->sa_family == AF_INET) {
            found.insert(dotted(reinterpret_cast<const sockaddr_in*>(at->ifa_addr)->sin_addr));
        }
    }
    return found;
}

std::string place_of(const VirtualServer& server) {
    return server.address + ":" + std::to_string(server.port);
}

void remove(const VirtualServer& server) {
    const auto* option = server.protocol == "TCP"   ? "--tcp-service"
                         : server.protocol == "UDP" ? "--udp-service"
                                                    : "--sctp-service";
    const auto result = run_program({"ipvsadm", "--delete-service", option, place_of(server)});
    if (result.status != 0) {
        throw Error("ipvsadm --delete-service " + place_of(server) + ": " +
                    std::string(trim(result.errors)));
    }
}

std::vector<VirtualServer> servers_of(const std::string& interface) {
    auto servers = parse_virtual_servers(read_file_if_exists("/proc/net/ip_vs").value_or(""));
    const auto addresses = servers.empty() ? std::set<std::string>() : addresses_of(interface);
    std::erase_if(servers, [&](const auto& one) { return !addresses.contains(one.address); });
    return servers;
}

} // namespace

std::vector<VirtualServer> parse_virtual_servers(std::string_view text) {
    std::vector<VirtualServer> servers;
    for (const auto& line : split_lines(text)) {
        auto words = split(line, ' ');
        std::erase(words, "");
        if (words.size() < 2 || (words[0] != "TCP" && words[0] != "UDP" && words[0] != "SCTP")) {
            continue;
        }
        VirtualServer server{words[0], {}, 0};
        if (parse_place(words[1], server)) {
            servers.push_back(std::move(server));
        }
    }
    return servers;
}

bool has_virtual_servers(const std::string& interface) {
    return !servers_of(interface).empty();
}

void remove_virtual_servers_of(const std::string& interface) {
    const auto servers = servers_of(interface);
    if (!servers.empty() && !has_program("ipvsadm")) {
        Error error("virtual servers of IPVS at addresses of " + interface +
                    " cannot be removed without ipvsadm, so that it stays");
        for (const auto& server : servers) {
            error.with_detail(server.protocol + " " + place_of(server));
        }
        throw error.try_this("install ipvsadm, then run the same command again");
    }
    std::for_each(servers.begin(), servers.end(), remove);
}

} // namespace k8s_node::teardown
