#include "host/addresses.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "language/networks.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::host {

std::optional<std::string> numeric_address(const sockaddr* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address == nullptr) {
        return std::nullopt;
    }
    if (address->sa_family == AF_INET) {
        bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    } else if (address->sa_family == AF_INET6) {
        bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    } else {
        return std::nullopt;
    }
    if (::inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr) {
        return std::nullopt;
    }
    return std::string(text.data());
}

InterfaceList list_interfaces() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) < 0) {
        throw system_error(errno, "list this machine's network addresses");
    }
    return InterfaceList(list);
}

std::vector<InterfaceAddress> observe_addresses() {
    const auto interfaces = list_interfaces();
    std::vector<InterfaceAddress> addresses;
    for (const auto* entry = interfaces.get(); entry != nullptr; entry = entry->ifa_next) {
        if ((entry->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        if (auto address = numeric_address(entry->ifa_addr)) {
            addresses.push_back({entry->ifa_name, std::move(*address)});
        }
    }
    return addresses;
}

std::optional<std::string> observe_default_address(int family) {
    const UniqueFd fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd && errno == EAFNOSUPPORT) {
        return std::nullopt; // a kernel without IPv6
    }
    if (!fd) {
        throw system_error(errno, "open a UDP socket to look up the default route");
    }
    // Addresses of documents (RFC 5737, RFC 3849): only the default route leads to them.
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_family = family;
    addrinfo* found = nullptr;
    ::getaddrinfo(family == AF_INET ? "203.0.113.1" : "2001:db8::1", "9", &hints, &found);
    const CHandle<addrinfo, ::freeaddrinfo> far(found);
    if (!far || ::connect(fd.get(), far->ai_addr, far->ai_addrlen) < 0) {
        return std::nullopt;
    }
    sockaddr_storage near{};
    socklen_t size = sizeof near;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&near), &size) < 0) {
        throw system_error(errno, "read the source address of the default route");
    }
    return numeric_address(reinterpret_cast<const sockaddr*>(&near));
}

std::string local_kind(std::string_view address) {
    static constexpr std::array<std::pair<const char*, const char*>, 9> kinds = {{
        {"127.0.0.0/8", "a loopback address"},
        {"169.254.0.0/16", "a link-local address"},
        {"224.0.0.0/4", "a multicast address"},
        {"0.0.0.0/8", "not the address of a single machine"},
        {"255.255.255.255", "the broadcast address"},
        {"::1", "a loopback address"},
        {"fe80::/10", "a link-local address"},
        {"ff00::/8", "a multicast address"},
        {"::", "not the address of a single machine"},
    }};
    const auto one = parse_network(std::string(address));
    const auto* const found = std::ranges::find_if(kinds, [&](const auto& kind) {
        return one && is_inside(*one, *parse_network(kind.first));
    });
    return found == kinds.end() ? "" : found->second;
}

std::optional<std::string> interface_of(const std::vector<InterfaceAddress>& addresses,
                                        std::string_view address) {
    const auto wanted = parse_network(std::string(address));
    const auto found = std::ranges::find_if(addresses, [&](const InterfaceAddress& held) {
        const auto other = parse_network(held.address);
        return wanted && other && is_inside(*wanted, *other);
    });
    return found == addresses.end() ? std::nullopt : std::optional(found->interface);
}

} // namespace k8s_node::host
