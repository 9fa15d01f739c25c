#include "host/addresses.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

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

namespace {

/// Returns the canonical spelling of an address, or the text itself if it is none.
std::string canonical(std::string_view text) {
    const std::string address(text);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
        return numeric_address(reinterpret_cast<const sockaddr*>(&v4)).value_or(address);
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
        return numeric_address(reinterpret_cast<const sockaddr*>(&v6)).value_or(address);
    }
    return address;
}

} // namespace

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

namespace {

/// Returns an address that no network has for its own (RFC 5737, RFC 3849), so that only the
/// default route leads to it.
sockaddr_storage far_away(int family) {
    constexpr std::uint16_t discard = 9;
    sockaddr_storage far{};
    far.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&far);
        v4->sin_port = htons(discard);
        ::inet_pton(AF_INET, "203.0.113.1", &v4->sin_addr);
    } else {
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&far);
        v6->sin6_port = htons(discard);
        ::inet_pton(AF_INET6, "2001:db8::1", &v6->sin6_addr);
    }
    return far;
}

} // namespace

std::optional<std::string> observe_default_address(int family) {
    const UniqueFd fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd && errno == EAFNOSUPPORT) {
        return std::nullopt; // a kernel without IPv6
    }
    if (!fd) {
        throw system_error(errno, "open a UDP socket to look up the default route");
    }
    const auto far = far_away(family);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&far),
                  family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) < 0) {
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
    const std::string text(address);
    in6_addr six{};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
        const auto value = ntohl(four.s_addr);
        const auto first = value >> 24U;
        return first == 127                              ? "a loopback address"
               : (value >> 16U) == ((169U << 8U) | 254U) ? "a link-local address"
               : (first >> 4U) == 14                     ? "a multicast address"
               : first == 0                              ? "not the address of a single machine"
               : value == 0xffffffffU                    ? "the broadcast address"
                                                         : "";
    }
    if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) {
        return {};
    }
    return IN6_IS_ADDR_LOOPBACK(&six)      ? "a loopback address"
           : IN6_IS_ADDR_LINKLOCAL(&six)   ? "a link-local address"
           : IN6_IS_ADDR_MULTICAST(&six)   ? "a multicast address"
           : IN6_IS_ADDR_UNSPECIFIED(&six) ? "not the address of a single machine"
                                           : "";
}

std::optional<std::string> interface_of(const std::vector<InterfaceAddress>& addresses,
                                        std::string_view address) {
    const auto wanted = canonical(address);
    const auto found = std::ranges::find(addresses, wanted, &InterfaceAddress::address);
    return found == addresses.end() ? std::nullopt : std::optional(found->interface);
}

} // namespace k8s_node::host
