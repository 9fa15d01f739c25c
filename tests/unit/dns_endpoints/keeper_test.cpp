// The keeper and an API server, over HTTPS.
#include <gmock/gmock.h>

#include "cluster/curl_transport.hpp"
#include "dns_endpoints/keeper.hpp"
#include "unit/cluster/stand_in.hpp"

namespace k8s_node::dns_endpoints {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const OwnServer first{"cp1", "192.0.2.1", 53, true};
const OwnServer second{"cp2", "192.0.2.2", 53, true};

class Keeping : public testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<cluster::StandIn>(); }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override { send("PUT", "/test/reset", nullptr); }

    void send(const std::string& method, const std::string& path, const Json& value) {
        const auto reply = transport_.send({method, path, "application/json", value.dump()});
        ASSERT_EQ(reply.status, 200) << path << ": " << reply.body;
    }
    void put_node(const std::string& name, const char* ready) {
        send("PUT", "/test/nodes/" + name,
             {{"metadata", {{"name", name}}},
              {"status", {{"conditions", {{{"type", "Ready"}, {"status", ready}}}}}}});
    }
    void put_api_servers(const std::vector<std::string>& addresses) {
        Json endpoints = Json::array();
        for (const auto& address : addresses) {
            endpoints.push_back({{"addresses", {address}}, {"conditions", {{"ready", true}}}});
        }
        send("PUT", "/test/servers/kubernetes",
             {{"metadata", {{"name", "kubernetes"}}}, {"endpoints", endpoints}});
    }
    void behave(const Json& how) { send("PUT", "/test/behaviour", how); }

    /// Returns "ready", "not ready" or, if there is no such slice, "none".
    std::string state_of(const std::string& node) {
        const auto state = Json::parse(transport_.send({"GET", "/test/state"}).body);
        const auto& slices = state["objects"]["slices"];
        const auto found = slices.find(slice_name(node));
        if (found == slices.end()) {
            return "none";
        }
        return (*found)["endpoints"][0]["conditions"]["ready"].get<bool>() ? "ready" : "not ready";
    }

    static Kubeconfig user() { return read_kubeconfig(server_->file("approver.conf"), Root()); }

    [[nodiscard]] Keeper::Observer observer() {
        return {[this] { ++ready_; }, [this](const std::string& text) { status_ = text; },
                [this](Priority, const std::string& text) { log_.push_back(text); }};
    }
    bool runs_until(const std::function<bool()>& is_done) {
        return loop_.run_until(is_done, EventLoop::Clock::now() + 20s);
    }
    bool runs_until_logged(const std::string& text) {
        return runs_until([&] {
            return std::ranges::any_of(
                log_, [&](const auto& line) { return line.find(text) != std::string::npos; });
        });
    }

    static std::unique_ptr<cluster::StandIn> server_;
    EventLoop questions_; ///< of the test, which asks in the midst of a wait
    cluster::CurlTransport transport_{user(), questions_};
    EventLoop loop_;
    int ready_ = 0;
    std::string status_;
    std::vector<std::string> log_;
};

std::unique_ptr<cluster::StandIn> Keeping::server_;

TEST_F(Keeping, OneDiesAndIsTakenOutAndComesBackWithItsMachine) {
    put_node("cp1", "True");
    put_node("cp2", "True");
    put_api_servers({"192.0.2.1", "192.0.2.2"});
    Keeper one(loop_, user(), first, observer());
    {
        const Keeper two(loop_, user(), second, observer());
        ASSERT_TRUE(runs_until([&] { return ready_ == 2; }));
        EXPECT_EQ(state_of("cp1"), "ready");
        EXPECT_EQ(state_of("cp2"), "ready");
    }
    put_api_servers({"192.0.2.1"}); // before anybody notices that the node does not report
    ASSERT_TRUE(runs_until_logged("192.0.2.2 is not asked any more"));
    EXPECT_EQ(state_of("cp1"), "ready");
    EXPECT_EQ(state_of("cp2"), "not ready");
    put_node("cp2", "Unknown");
    put_api_servers({"192.0.2.1", "192.0.2.2"});
    put_node("cp2", "True");
    ASSERT_TRUE(runs_until([&] { return state_of("cp2") == "ready"; }));
    send("DELETE", "/test/nodes/cp2", nullptr);
    ASSERT_TRUE(runs_until([&] { return state_of("cp2") == "none"; }));
    EXPECT_EQ(state_of("cp1"), "ready");
}

TEST_F(Keeping, WaitsForItsOwnNodeButNoServiceWaitsForThat) {
    const Keeper keeper(loop_, user(), first, observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    EXPECT_EQ(state_of("cp1"), "none");
    put_node("cp1", "False");
    ASSERT_TRUE(runs_until_logged("the DNS server at 192.0.2.1 is asked for names"));
    EXPECT_EQ(state_of("cp1"), "ready") << "there is no other";
}

TEST_F(Keeping, TwoThatDoTheSameDoNotDisturbEachOther) {
    put_node("cp1", "True");
    put_node("cp2", "False");
    const Keeper one(loop_, user(), first, observer());
    const Keeper two(loop_, user(), second, observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 2; }));
    for (const char* ready : {"True", "False", "True", "False"}) {
        put_node("cp2", ready);
        const std::string wanted = std::string(ready) == "True" ? "ready" : "not ready";
        ASSERT_TRUE(runs_until([&] { return state_of("cp2") == wanted; })) << ready;
    }
    EXPECT_EQ(state_of("cp1"), "ready");
}

TEST_F(Keeping, IsReadyAndWaitsUntilTheApiServerAllowsIt) {
    behave({{"refuse", true}});
    put_node("cp1", "True");
    const Keeper keeper(loop_, user(), first, observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    ASSERT_TRUE(runs_until([&] { return status_.find("not yet allowed") != std::string::npos; }));
    behave(Json::object());
    ASSERT_TRUE(runs_until_logged("192.0.2.1 is asked for names"));
    EXPECT_EQ(ready_, 1);
}

TEST_F(Keeping, SaysWhyAChangeFailsAndRepeatsIt) {
    put_node("cp1", "True");
    behave({{"fail", true}});
    const Keeper keeper(loop_, user(), first, observer());
    ASSERT_TRUE(runs_until_logged("cannot change EndpointSlice kube-dns-cp1: etcd is slow"));
    EXPECT_THAT(status_, HasSubstr("a change waits: "));
    behave(Json::object());
    ASSERT_TRUE(runs_until([&] { return state_of("cp1") == "ready"; }));
    ASSERT_TRUE(runs_until([&] { return status_ == "keeps the DNS servers of the cluster"; }));
}

} // namespace
} // namespace k8s_node::dns_endpoints
