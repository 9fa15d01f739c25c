#include "teardown/interfaces.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fnmatch.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::teardown {

// The kernel's macros for netlink messages are C, with C casts and sign conversions.
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace {

/// A request about interfaces: the header and the common start of all such messages.
struct LinkRequest {
    nlmsghdr header{};
    ifinfomsg link{};
};

UniqueFd send_request(LinkRequest request) {
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket) {
        throw system_error(errno, "open a netlink socket");
    }
    const timeval patience{10, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.link);
    if (::send(socket.get(), &request, request.header.nlmsg_len, 0) < 0) {
        throw system_error(errno, "query the kernel's network interfaces");
    }
    return socket;
}

Interface parse_link(nlmsghdr* header) {
    auto* link = static_cast<ifinfomsg*>(NLMSG_DATA(header));
    Interface out;
    out.index = link->ifi_index;
    int left = static_cast<int>(IFLA_PAYLOAD(header));
    for (auto* at = IFLA_RTA(link); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
        if (at->rta_type == IFLA_IFNAME) {
            out.name = static_cast<const char*>(RTA_DATA(at));
        } else if (at->rta_type == IFLA_MASTER) {
            out.master = *static_cast<const int*>(RTA_DATA(at));
        } else if (at->rta_type == IFLA_LINKINFO) {
            int inner_left = static_cast<int>(RTA_PAYLOAD(at));
            for (auto* inner = static_cast<rtattr*>(RTA_DATA(at)); RTA_OK(inner, inner_left);
                 inner = RTA_NEXT(inner, inner_left)) {
                if (inner->rta_type == IFLA_INFO_KIND) {
                    out.kind = static_cast<const char*>(RTA_DATA(inner));
                }
            }
        }
    }
    return out;
}

/// Calls `handle` for every message of the response; returns at its end, with the kernel's errno.
template <typename Handle>
int read_answer(const UniqueFd& socket, Handle handle) {
    alignas(nlmsghdr) std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, "receive the kernel's network interfaces");
        }
        auto left = static_cast<unsigned>(count);
        for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE) {
                return 0;
            }
            if (header->nlmsg_type == NLMSG_ERROR) {
                return -static_cast<nlmsgerr*>(NLMSG_DATA(header))->error;
            }
            handle(header);
        }
    }
}

bool matches(const std::string& name, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
}

} // namespace

std::vector<Interface> read_interfaces() {
    LinkRequest request;
    request.header.nlmsg_type = RTM_GETLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    const auto socket = send_request(request);
    std::vector<Interface> out;
    const int error =
        read_answer(socket, [&](nlmsghdr* header) { out.push_back(parse_link(header)); });
    if (error != 0) {
        throw system_error(error, "list network interfaces");
    }
    return out;
}

std::vector<Interface> interfaces_to_remove(const std::vector<Interface>& all,
                                            const std::vector<std::string>& patterns,
                                            const std::set<std::string>& theirs) {
    std::vector<Interface> ours;
    std::copy_if(all.begin(), all.end(), std::back_inserter(ours), [&](const Interface& one) {
        return matches(one.name, patterns) && !theirs.contains(one.name);
    });
    std::vector<Interface> out;
    for (const auto& one : all) {
        const bool port = std::any_of(ours.begin(), ours.end(), [&](const Interface& bridge) {
            return bridge.kind == "bridge" && bridge.index == one.master;
        });
        if (port && one.kind == "veth" && !matches(one.name, patterns) &&
            !theirs.contains(one.name)) {
            out.push_back(one);
        }
    }
    out.insert(out.end(), ours.begin(), ours.end());
    return out;
}

void remove_interface(const Interface& interface) {
    LinkRequest request;
    request.header.nlmsg_type = RTM_DELLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.link.ifi_index = interface.index;
    const auto socket = send_request(request);
    const int error = read_answer(socket, [](nlmsghdr*) {});
    if (error != 0 && error != ENODEV) {
        throw system_error(error, "remove network interface " + interface.name);
    }
}

} // namespace k8s_node::teardown
