// The approver and an API server, over HTTPS.
#include <gmock/gmock.h>

#include "approver/approver.hpp"
#include "cluster/curl_transport.hpp"
#include "small_cluster.hpp"
#include "unit/cluster/stand_in.hpp"

namespace k8s_node::approver {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Approving : public testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<cluster::StandIn>(); }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override { send("PUT", "/test/reset", nullptr); }

    void send(const std::string& method, const std::string& path, const Json& value) {
        const auto reply = transport_.send({method, path, "application/json", value.dump()});
        ASSERT_EQ(reply.status, 200) << path << ": " << reply.body;
    }
    void put_node(const Json& node) {
        send("PUT", "/test/nodes/" + node["metadata"]["name"].get<std::string>(), node);
    }
    void put_request(const pki_test::RequestForm& form, const std::string& name) {
        send("PUT", "/test/requests/" + name, request_object(form, name));
    }
    void behave(const Json& how) { send("PUT", "/test/behaviour", how); }

    Json state() { return Json::parse(transport_.send({"GET", "/test/state"}).body); }

    /// Returns "Approved", "Denied", both, or nothing.
    std::string decision_about(const std::string& name) {
        std::string types;
        const auto object = state()["objects"]["requests"][name];
        for (const auto& condition : object["status"].value("conditions", Json::array())) {
            types += condition["type"].get<std::string>();
        }
        return types;
    }

    static Kubeconfig user() { return read_kubeconfig(server_->file("approver.conf"), Root()); }

    [[nodiscard]] Approver::Observer observer() {
        return {[this] { ++ready_; }, [this](const std::string& text) { status_ = text; },
                [this](Priority, const std::string& text) { log_.push_back(text); }};
    }

    /// Runs the approver until a line of its log has this text.
    bool runs_until_logged(const std::string& text) {
        return loop_.run_until(
            [&] {
                return std::ranges::any_of(
                    log_, [&](const auto& line) { return line.find(text) != std::string::npos; });
            },
            EventLoop::Clock::now() + 20s);
    }

    bool runs_until(const std::function<bool()>& is_done) {
        return loop_.run_until(is_done, EventLoop::Clock::now() + 20s);
    }

    static std::unique_ptr<cluster::StandIn> server_;
    EventLoop questions_; ///< of the test, which asks in the midst of a wait
    cluster::CurlTransport transport_{user(), questions_};
    EventLoop loop_;
    int ready_ = 0;
    std::string status_;
    std::vector<std::string> log_;
};

std::unique_ptr<cluster::StandIn> Approving::server_;

TEST_F(Approving, ApprovesTheGoodAndDeniesTheBad) {
    put_node(cp1);
    put_node(w1);
    put_request({}, "good");
    put_request({.alternative_names = "DNS:kubernetes"}, "bad");
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until_logged("request good of system:node:w1 approved"));
    ASSERT_TRUE(runs_until_logged("request bad of system:node:w1 denied: the name kubernetes "
                                  "belongs to the API server"));
    EXPECT_EQ(decision_about("good"), "Approved");
    EXPECT_EQ(decision_about("bad"), "Denied");
    const auto condition = state()["objects"]["requests"]["bad"]["status"]["conditions"][0];
    EXPECT_EQ(condition["reason"], "NotForNodes");
    EXPECT_EQ(ready_, 1);
}

TEST_F(Approving, IsReadyWithNothingToDoAndHearsOfWhatComes) {
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    ASSERT_TRUE(runs_until([&] { return status_ == "watches for requests of kubelets"; }));
    EXPECT_EQ(state()["lists"]["nodes"], 0) << "Node objects are of no interest yet";
    put_node(w1);
    put_request({}, "later");
    ASSERT_TRUE(runs_until_logged("request later of system:node:w1 approved"));
}

TEST_F(Approving, WaitsForANodeToHaveTheAddressAndSaysSoOnce) {
    put_node(node("w1", {{"Hostname", "w1"}}));
    put_request({}, "early");
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until_logged("request early of system:node:w1 waits: the Node object w1 does "
                                  "not have the address 192.0.2.7 yet"));
    ASSERT_TRUE(runs_until([&] { return status_.starts_with("1 requests wait, early: "); }));
    put_node(node("w1", {{"Hostname", "w1"}, {"InternalIP", "192.0.2.99"}}));
    put_node(w1);
    ASSERT_TRUE(runs_until_logged("request early of system:node:w1 approved"));
    EXPECT_EQ(log_.size(), 2U) << testing::PrintToString(log_);
    ASSERT_TRUE(runs_until([&] { return status_ == "watches for requests of kubelets"; }));
}

TEST_F(Approving, IsReadyAndWaitsUntilTheApiServerAllowsIt) {
    behave({{"refuse", true}});
    put_node(w1);
    put_request({}, "good");
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    ASSERT_TRUE(runs_until([&] { return status_.find("not yet allowed") != std::string::npos; }));
    EXPECT_THAT(status_, HasSubstr("waits for requests: cannot list certificate signing requests"));
    behave(Json::object());
    ASSERT_TRUE(runs_until_logged("request good of system:node:w1 approved"));
    EXPECT_EQ(ready_, 1);
}

TEST_F(Approving, SaysThatTheApiServerDoesNotAnswer) {
    auto gone = user();
    gone.server = "https://127.0.0.1:1";
    const Approver approver(loop_, gone, reserved(), observer());
    EXPECT_THAT(status_, HasSubstr("has not answered"));
    ASSERT_TRUE(runs_until_logged("Connection refused"));
    EXPECT_THAT(status_, HasSubstr("waits for requests: cannot talk to the API server"));
    EXPECT_EQ(ready_, 0);
}

TEST_F(Approving, ListsAgainWhenItsPlaceInTheHistoryIsGone) {
    put_node(w1);
    behave({{"gone", true}});
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    ASSERT_TRUE(runs_until([&] { return state()["lists"]["requests"] == 2; }));
    put_request({}, "after");
    ASSERT_TRUE(runs_until_logged("request after of system:node:w1 approved"));
    EXPECT_EQ(log_.size(), 1U) << "that is no reason to worry: " << testing::PrintToString(log_);
}

TEST_F(Approving, ListsAgainWhenTheApiServerEndsTheWatch) {
    put_node(w1);
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    behave({{"end", true}});
    ASSERT_TRUE(runs_until_logged("ended the watch of certificate signing requests"));
    behave(Json::object());
    put_request({}, "after");
    ASSERT_TRUE(runs_until_logged("request after of system:node:w1 approved"));
}

TEST_F(Approving, DecidesAboutMoreThanAPage) {
    behave({{"page", 3}});
    put_node(cp1);
    put_node(w1);
    put_node(w2);
    for (int i = 0; i < 20; ++i) {
        put_request({}, "csr-" + std::to_string(i));
    }
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return log_.size() == 20; })) << testing::PrintToString(log_);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(decision_about("csr-" + std::to_string(i)), "Approved") << i;
    }
}

TEST_F(Approving, SeveralOnOneClusterDecideOnce) {
    put_node(w1);
    const Approver one(loop_, user(), reserved(), observer());
    const Approver other(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 2; }));
    for (int i = 0; i < 10; ++i) {
        put_request({}, "csr-" + std::to_string(i));
    }
    ASSERT_TRUE(runs_until([&] { return log_.size() == 10; }));
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(decision_about("csr-" + std::to_string(i)), "Approved") << i;
    }
    EXPECT_EQ(log_.size(), 10U) << testing::PrintToString(log_);
}

TEST_F(Approving, TriesADecisionAgainThatTheApiServerDidNotTake) {
    put_node(w1);
    put_request({}, "good");
    behave({{"fail", true}});
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until_logged("request good of system:node:w1 waits: cannot decide about a "
                                  "request: etcd is slow"));
    behave(Json::object());
    ASSERT_TRUE(runs_until_logged("request good of system:node:w1 approved"));
}

TEST_F(Approving, ForgetsARequestThatIsDeleted) {
    put_request({}, "short");
    const Approver approver(loop_, user(), reserved(), observer());
    ASSERT_TRUE(runs_until_logged("request short of system:node:w1 waits: there is no Node"));
    send("DELETE", "/test/requests/short", nullptr);
    ASSERT_TRUE(runs_until([&] { return status_ == "watches for requests of kubelets"; }));
}

} // namespace
} // namespace k8s_node::approver
