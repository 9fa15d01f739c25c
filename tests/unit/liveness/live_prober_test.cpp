// Probes of services that answer, fail, and only seem to be there.
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>

#include <gtest/gtest.h>

#include "../health/test_server.hpp"
#include "liveness/live_prober.hpp"
#include "liveness/metrics_server.hpp"
#include "support/handle.hpp"

namespace k8s_node::liveness {
namespace {

using test::TestServer;

class LiveProberTest : public testing::Test {
protected:
    Attempt ask(LiveProber& prober) {
        std::optional<Attempt> result;
        prober.begin([&](const Attempt& attempt, std::chrono::milliseconds) { result = attempt; });
        loop.run_until([&] { return result.has_value(); });
        return *result;
    }
    Attempt ask(const std::string& url) {
        LiveProber prober(loop, {.url = url, .timeout = std::chrono::seconds(1)});
        return ask(prober);
    }

    EventLoop loop;
    std::string directory = testing::TempDir();
};

TEST_F(LiveProberTest, HearsAnswersAndFailures) {
    const TestServer server;
    EXPECT_TRUE(ask(server.url("http://", "/healthz")).ok);
    EXPECT_TRUE(ask(server.url("http://", "/large")).ok);
    EXPECT_EQ(ask(server.url("http://", "/readyz")).reason,
              "HTTP 500: [-]etcd failed, [-]poststarthook/rbac/bootstrap-roles failed");
    EXPECT_EQ(ask(server.url("http://", "/hang-up")).reason,
              "the connection was closed without a response");
}

TEST_F(LiveProberTest, GivesUpOnSilence) {
    const TestServer server;
    EXPECT_EQ(ask(server.url("http://", "/silent")).reason, "no response within 1 s");
}

TEST_F(LiveProberTest, NamesAPortWhereNobodyListens) {
    std::string url;
    {
        const TestServer server;
        url = server.url("http://", "/");
    }
    EXPECT_EQ(ask(url).reason, "connection refused");
}

TEST_F(LiveProberTest, AsksOverTlsWithoutAnAuthorityAgainAndAgain) {
    const auto key = directory + "live.key";
    const auto certificate = directory + "live.crt";
    test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=somebody", "-days",
               "1"});
    const TestServer server({certificate, key});
    LiveProber prober(loop, {.url = server.url("https://", "/healthz")});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask(prober), (Attempt{true, {}}));
    }
    EXPECT_TRUE(ask(server.url("https://", "/readyz")).reason.starts_with("HTTP 500: "));
    EXPECT_FALSE(ask(server.url("http://", "/")).ok) << "without TLS";
    EXPECT_EQ(ask(server.url("https://", "/silent")).reason, "no response within 1 s");
}

TEST_F(LiveProberTest, ASocketThatNobodyServesIsNoAnswer) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = directory + "silent.sock";
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    ::unlink(path.c_str());
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(ask("grpc+unix://" + path).reason, "no response within 1 s");
    EXPECT_EQ(ask("grpc+unix://" + path + ".not").reason, "no such file or directory");
}

TEST_F(LiveProberTest, AnAttemptEndsWithItsProber) {
    const TestServer server;
    LiveProber prober(loop, {.url = server.url("http://", "/silent")});
    prober.begin([](const Attempt&, std::chrono::milliseconds) { FAIL() << "it was replaced"; });
    prober.begin([](const Attempt&, std::chrono::milliseconds) { FAIL() << "it was destroyed"; });
}

TEST_F(LiveProberTest, MetricsAreServed) {
    const MetricsServer server(loop, directory + "metrics.sock", 18251, [] { return "x 1\n"; });
    EXPECT_TRUE(ask("http://127.0.0.1:18251/metrics").ok);
    EXPECT_EQ(ask("http://127.0.0.1:18251/").reason, "HTTP 404: The metrics are at /metrics.");
}

} // namespace
} // namespace k8s_node::liveness
