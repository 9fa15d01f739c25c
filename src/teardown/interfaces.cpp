#include "teardown/interfaces.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fnmatch.h>
#include <linux/rtnetlink.h>

#include "support/error.hpp"
#include "teardown/netlink.hpp"

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

LinkRequest request_of(std::uint16_t type, int flags) {
    LinkRequest request;
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.link);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    return request;
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

bool matches(const std::string& name, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
}

} // namespace

std::vector<Interface> read_interfaces() {
    const auto request = request_of(RTM_GETLINK, NLM_F_DUMP);
    const auto socket = send_netlink(request.header);
    std::vector<Interface> out;
    const int error =
        read_netlink(socket, [&](nlmsghdr* header) { out.push_back(parse_link(header)); });
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
    auto request = request_of(RTM_DELLINK, NLM_F_ACK);
    request.link.ifi_index = interface.index;
    const auto socket = send_netlink(request.header);
    const int error = read_netlink(socket, [](nlmsghdr*) {});
    if (error != 0 && error != ENODEV) {
        throw system_error(error, "remove network interface " + interface.name);
    }
}

} // namespace k8s_node::teardown
