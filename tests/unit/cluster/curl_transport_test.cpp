#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/node_ready.hpp"
#include "loop/background.hpp"
#include "stand_in.hpp"
#include "support/text.hpp"
#include "unit/support/interrupted_child.hpp"

namespace k8s_node::cluster {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

class Transported : public testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<StandIn>(); }
    static void TearDownTestSuite() { server_.reset(); }

    static Kubeconfig credentials(const std::string& file = "admin.conf") {
        return read_kubeconfig(server_->file(file), Root());
    }

    static std::unique_ptr<StandIn> server_;
    EventLoop loop_;
};

std::unique_ptr<StandIn> Transported::server_;

TEST_F(Transported, IsKnownToTheServerByItsCertificate) {
    CurlTransport transport(credentials(), loop_);
    const auto reply = transport.send({"PATCH", "/x?a=b", "application/merge-patch+json", "{}"});
    EXPECT_EQ(reply.status, 200);
    const auto echo = Json::parse(reply.body);
    EXPECT_EQ(echo["client"], "admin");
    EXPECT_EQ(echo["method"], "PATCH");
    EXPECT_EQ(echo["path"], "/x?a=b");
    EXPECT_EQ(echo["type"], "application/merge-patch+json");
    EXPECT_EQ(echo["body"], "{}");
}

TEST_F(Transported, ForgetsARequestBeforeTheNext) {
    CurlTransport transport(credentials(), loop_);
    static_cast<void>(transport.send({"PATCH", "/x", "application/json", "[1]"}));
    const auto echo = Json::parse(transport.send({"DELETE", "/y"}).body);
    EXPECT_EQ(echo["method"], "DELETE");
    EXPECT_EQ(echo["body"], "");
    EXPECT_TRUE(echo["type"].is_null());
}

TEST_F(Transported, SendsATokenAsItsHeader) {
    auto with_token = credentials();
    with_token.token = "abcdef.0123456789abcdef";
    CurlTransport transport(with_token, loop_);
    const auto echo = Json::parse(transport.send({"GET", "/x"}).body);
    EXPECT_EQ(echo["authorization"], "Bearer abcdef.0123456789abcdef");
}

TEST_F(Transported, MayExpectAnotherNameInTheServersCertificate) {
    auto elsewhere = credentials();
    elsewhere.server = replace_all(elsewhere.server, "127.0.0.1", "localhost");
    EXPECT_THROW(static_cast<void>(CurlTransport(elsewhere, loop_).send({"GET", "/x"})), Error)
        << "the certificate is for 127.0.0.1";
    elsewhere.tls_server_name = "127.0.0.1";
    EXPECT_EQ(CurlTransport(elsewhere, loop_).send({"GET", "/x"}).status, 200);
    elsewhere.tls_server_name = "kubernetes";
    EXPECT_THROW(static_cast<void>(CurlTransport(elsewhere, loop_).send({"GET", "/x"})), Error);
}

TEST_F(Transported, ReturnsARefusalAsAReply) {
    CurlTransport transport(credentials(), loop_);
    ApiClient client(transport);
    EXPECT_THROW(static_cast<void>(client.get("/forbidden")), ApiError);
}

TEST_F(Transported, RefusesAServerOfAnotherAuthority) {
    CurlTransport transport(credentials("wrong-authority.conf"), loop_);
    try {
        static_cast<void>(transport.send({"GET", "/x"}));
        FAIL() << "a server of another authority was believed";
    } catch (const ConnectionError&) {
        FAIL() << "waiting does not help against a wrong certificate";
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("not signed by the expected CA"));
    }
}

TEST_F(Transported, IsTurnedAwayWithACertificateOfAnotherAuthority) {
    CurlTransport transport(credentials("wrong-user.conf"), loop_);
    EXPECT_THROW(static_cast<void>(transport.send({"GET", "/x"})), ConnectionError);
}

TEST_F(Transported, RefusesADamagedKey) {
    auto damaged = credentials();
    damaged.client_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    CurlTransport transport(damaged, loop_);
    try {
        static_cast<void>(transport.send({"GET", "/x"}));
        FAIL() << "a damaged key was used";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), Not(HasSubstr("AAAA")));
        EXPECT_THAT(error.hint(), HasSubstr("damaged"));
    }
}

TEST_F(Transported, TellsWhenNobodyListens) {
    StandIn gone;
    const auto config = read_kubeconfig(gone.file("admin.conf"), Root());
    gone.stop();
    CurlTransport transport(config, loop_);
    try {
        static_cast<void>(transport.send({"GET", "/x"}));
        FAIL() << "nobody listens there";
    } catch (const ConnectionError& error) {
        EXPECT_THAT(error.message(), HasSubstr(config.server));
        EXPECT_THAT(error.message(), HasSubstr("refused"));
    }
}

TEST_F(Transported, TellsWhenTheServerHangsUp) {
    CurlTransport transport(credentials(), loop_);
    EXPECT_THROW(static_cast<void>(transport.send({"GET", "/drop"})), ConnectionError);
}

TEST_F(Transported, LetsAnErrorOfTheReceiverThrough) {
    CurlTransport transport(credentials(), loop_);
    EXPECT_THROW(transport.stream({"GET", "/x"}, Clock::now() + 10s,
                                  [](std::string_view) -> Flow { throw Error("enough"); }),
                 Error);
    EXPECT_EQ(transport.send({"GET", "/x"}).status, 200) << "it works on after that";
}

TEST_F(Transported, ASignalEndsARequestAndLeavesLittleTimeToCleanUp) {
    EXPECT_EQ(
        test::end_of_child([] {
            const InterruptWatch watch;
            const std::jthread later([] { ::kill(::getpid(), SIGINT); });
            EventLoop loop(interrupt_token());
            CurlTransport transport(credentials(), loop);
            EXPECT_THROW(static_cast<void>(transport.send({"GET", "/silent"})), Interrupted);
            CurlTransport cleaning(credentials(), loop, AtSignal::use_the_grace);
            EXPECT_THROW(static_cast<void>(cleaning.send({"GET", "/silent"})), ConnectionError);
            EXPECT_GE(Clock::now(), end_of_grace());
        }),
        0);
}

/// The watch of the stand-in breaks off, then gets through, then is silent.
TEST_F(Transported, WaitsThroughABrokenWatchAndEndsASilentOneInTime) {
    CurlTransport transport(credentials(), loop_);
    ApiClient client(transport);
    std::vector<NodePhase> phases;
    wait_for_node_ready(loop_, client, "n1", Clock::now() + 30s,
                        [&](const NodeState& state) { phases.push_back(state.phase); });
    EXPECT_THAT(phases, ElementsAre(NodePhase::not_ready, NodePhase::unreachable,
                                    NodePhase::not_ready, NodePhase::ready));

    const auto began = Clock::now();
    try {
        wait_for_node_ready(loop_, client, "n1", began + 300ms, [](const auto&) {});
        FAIL() << "the node is not ready";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_THAT(error.message(), HasSubstr("cni config uninitialized"));
    }
    EXPECT_GE(Clock::now() - began, 300ms);
    EXPECT_LT(Clock::now() - began, 5s);

    // The same silence, left because somebody else has found out enough.
    const auto asked = Clock::now();
    Background watch(loop_, [&] {
        transport.stream({"GET", "/api/v1/nodes?watch=true"}, asked + 60s,
                         [](std::string_view) { return Flow::go_on; });
    });
    watch.cancel();
    EXPECT_THROW(watch.finish(), Cancelled);
    EXPECT_LT(Clock::now() - asked, 30s);
    EXPECT_EQ(transport.send({"GET", "/x"}).status, 200) << "it works on after that";
}

TEST_F(Transported, RequestsBesideEachOtherDoNotWaitForEachOther) {
    Background silent(loop_, [&] {
        CurlTransport transport(credentials(), loop_);
        static_cast<void>(transport.send({"GET", "/silent"}));
    });
    CurlTransport transport(credentials(), loop_);
    EXPECT_EQ(transport.send({"GET", "/x"}).status, 200);
    EXPECT_FALSE(silent.has_ended());
}

} // namespace
} // namespace k8s_node::cluster
