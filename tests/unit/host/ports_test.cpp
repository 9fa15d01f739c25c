#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/ports.hpp"
#include "host/proc_text.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::host {
namespace {

using testing::Contains;
using testing::Field;
using testing::IsEmpty;

/// A bound socket on loopback and the port that the kernel chose for it.
struct Bound {
    UniqueFd fd;
    std::uint16_t port = 0;
};

Bound bind_loopback(int type) {
    Bound bound{UniqueFd(::socket(AF_INET, type | SOCK_CLOEXEC, 0)), 0};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(bound.fd.get(), generic, size), 0);
    if (type == SOCK_STREAM) {
        EXPECT_EQ(::listen(bound.fd.get(), 1), 0);
    }
    EXPECT_EQ(::getsockname(bound.fd.get(), generic, &size), 0);
    bound.port = ntohs(address.sin_port);
    return bound;
}

TEST(ObservePorts, NamesTheProcessThatListens) {
    const auto held = bind_loopback(SOCK_STREAM);
    for (const auto* address : {"", "127.0.0.1"}) {
        const auto seen = observe_ports(Root(), {{held.port, "etcd", address}});
        ASSERT_EQ(seen.size(), 1U);
        EXPECT_FALSE(seen[0].free);
        EXPECT_THAT(seen[0].holders, Contains(Field(&SocketHolder::pid, ::getpid())));
    }
}

TEST(ObservePorts, NamesTheProcessThatHoldsAUdpPort) {
    const auto held = bind_loopback(SOCK_DGRAM);
    const auto seen = observe_ports(Root(), {{held.port, "dns", "", Transport::udp}});
    EXPECT_FALSE(seen[0].free);
    EXPECT_THAT(seen[0].holders, Contains(Field(&SocketHolder::command, "host_test")));
}

TEST(ObservePorts, LeavesAFreePortFree) {
    auto held = bind_loopback(SOCK_STREAM);
    held.fd.reset();
    for (int run = 0; run < 2; ++run) { // the trial itself must not hold it
        const auto seen = observe_ports(Root(), {{held.port, "etcd", "127.0.0.1"}});
        EXPECT_TRUE(seen[0].free);
        EXPECT_THAT(seen[0].holders, IsEmpty());
    }
}

TEST(ObservePorts, DoesNotMixUpAddresses) {
    const auto held = bind_loopback(SOCK_STREAM);
    const auto seen = observe_ports(Root(), {{held.port, "dns", "127.0.0.2"}});
    EXPECT_TRUE(seen[0].free);
}

TEST(ObservePorts, RefusesWhatIsNoAddress) {
    EXPECT_THROW(static_cast<void>(observe_ports(Root(), {{1, "etcd", "localhost"}})), Error);
}

} // namespace
} // namespace k8s_node::host
