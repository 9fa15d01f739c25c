#include <arpa/inet.h>
#include <cerrno>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "host/shared_listeners.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::host {
namespace {

constexpr in_addr_t loopback = INADDR_LOOPBACK;

sockaddr_in at(in_addr_t address, in_port_t port) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(address);
    place.sin_port = htons(port);
    return place;
}

/// A process that listens, but for the process.
class Server {
public:
    explicit Server(in_port_t port = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int on = 1;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        const auto place = at(INADDR_ANY, port);
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0 ||
            ::listen(socket_.get(), 64) != 0) {
            throw system_error(errno, "listen");
        }
    }
    [[nodiscard]] in_port_t port() const {
        sockaddr_in place{};
        socklen_t size = sizeof place;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&place), &size);
        return ntohs(place.sin_port);
    }
    /// How many connections came since the last time.
    int taken() {
        int count = 0;
        pollfd waiting{socket_.get(), POLLIN, 0};
        while (::poll(&waiting, 1, 0) == 1) {
            const UniqueFd connection(::accept(socket_.get(), nullptr, nullptr));
            ++count;
        }
        return count;
    }
    void stop() { socket_.reset(); }

private:
    UniqueFd socket_;
};

/// Twenty connections; the kernel would spread them.
void connect_to(in_addr_t address, in_port_t port) {
    for (int i = 0; i < 20; ++i) {
        const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto place = at(address, port);
        ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place),
                  0);
    }
}

/// An address of this machine that others know, too; 0 where it has none.
in_addr_t other_address() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return 0;
    }
    const CHandle<ifaddrs, ::freeifaddrs> owner(list);
    for (const auto* one = list; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET) {
            const auto address =
                ntohl(reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr.s_addr);
            if (address >> 24U != 127) {
                return address;
            }
        }
    }
    return 0;
}

class SharedListeners : public testing::Test {
protected:
    void SetUp() override {
        try {
            ASSERT_EQ(prefer_eldest(::getpid()), 1U);
        } catch (const Error& error) {
            GTEST_SKIP() << error.message();
        }
    }
    Server first;
};

TEST_F(SharedListeners, LoopbackReachesTheNewOneAloneUntilItIsTheOnlyOne) {
    Server second(first.port());
    connect_to(loopback, second.port());
    EXPECT_EQ(first.taken(), 0);
    EXPECT_EQ(second.taken(), 20);
    first.stop();
    connect_to(loopback, second.port());
    EXPECT_EQ(second.taken(), 20);
    Server third(second.port());
    connect_to(loopback, third.port());
    EXPECT_EQ(second.taken(), 0);
    EXPECT_EQ(third.taken(), 20);
}

TEST_F(SharedListeners, OthersReachTheEldestUntilItStops) {
    const auto address = other_address();
    if (address == 0) {
        GTEST_SKIP() << "this machine has no address but loopback ones";
    }
    Server second(first.port());
    connect_to(address, second.port());
    EXPECT_EQ(first.taken(), 20);
    first.stop();
    Server third(second.port());
    connect_to(address, third.port());
    EXPECT_EQ(second.taken(), 20);
    EXPECT_EQ(third.taken(), 0);
    second.stop();
    connect_to(address, third.port());
    EXPECT_EQ(third.taken(), 20);
}

TEST(UnsharedListeners, AreNotCounted) {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::listen(socket.get(), 1), 0);
    try {
        EXPECT_EQ(prefer_eldest(::getpid()), 0U);
    } catch (const Error& error) {
        GTEST_SKIP() << error.message();
    }
}

TEST(UnsharedListeners, AProcessThatIsGoneIsAnError) {
    EXPECT_THROW(prefer_eldest(0), Error);
}

} // namespace
} // namespace k8s_node::host
