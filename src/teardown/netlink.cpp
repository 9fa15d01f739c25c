#include "teardown/netlink.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/time.h>

#include "support/error.hpp"

namespace k8s_node::teardown {

// The kernel's macros for netlink messages are C, with C casts and sign conversions.
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"

UniqueFd send_netlink(const nlmsghdr& header) {
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket) {
        throw system_error(errno, "open a netlink socket");
    }
    const timeval patience{10, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::send(socket.get(), &header, header.nlmsg_len, 0) < 0) {
        throw system_error(errno, "query the kernel's network configuration");
    }
    return socket;
}

int read_netlink(const UniqueFd& socket, const std::function<void(nlmsghdr*)>& handle) {
    alignas(nlmsghdr) std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, "receive the kernel's network configuration");
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

} // namespace k8s_node::teardown
