#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_error.hpp"
#include "cluster/node_ready.hpp"
#include "fake_transport.hpp"
#include "loop/background.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::cluster {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Json node(const char* status, const char* reason, const char* message) {
    return {
        {"metadata", {{"name", "n1"}}},
        {"status",
         {{"conditions",
           {{{"type", "MemoryPressure"}, {"status", "True"}},
            {{"type", "Ready"}, {"status", status}, {"reason", reason}, {"message", message}}}}}}};
}

const Json not_ready = node("False", "KubeletNotReady", "cni config uninitialized");
const Json starting = node("False", "KubeletNotReady", "container runtime is down");
const Json ready = node("True", "KubeletReady", "");

Json list_of(const std::vector<Json>& nodes, const char* version = "100") {
    return {{"metadata", {{"resourceVersion", version}}}, {"items", nodes}};
}

std::string event(const char* type, const Json& object) {
    return Json{{"type", type}, {"object", object}}.dump() + "\n";
}

class WaitReady : public testing::Test {
protected:
    void wait(std::chrono::milliseconds time = 60s, const ReadyWanted& wanted = {}) {
        wait_for_node_ready(
            loop_, client_, "n1", Clock::now() + time,
            [this](const NodeState& state) { told_.push_back(state.text()); }, wanted);
    }

    EventLoop loop_;
    FakeTransport server_;
    ApiClient client_{server_};
    std::vector<std::string> told_;
};

TEST_F(WaitReady, EndsAtOnceWhenTheNodeIsReady) {
    server_.answer(list_of({ready}));
    wait();
    EXPECT_THAT(told_, ElementsAre("ready"));
    EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(WaitReady, EndsWhenNobodyCaresAnyMore) {
    server_.answer(Answer{.breaks = true});
    Background waiting(loop_, [this] { wait(60s, {.hold = 5s}); });
    waiting.cancel();
    EXPECT_THROW(waiting.finish(), Cancelled);
    EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(WaitReady, WatchesFromTheListAndTellsEachChangeOnce) {
    server_.answer(list_of({}, "100"));
    server_.answer(
        Answer{200,
               {event("ADDED", starting), event("MODIFIED", starting), event("MODIFIED", not_ready),
                event("BOOKMARK", {}), event("MODIFIED", ready), "never read"}});
    wait();
    EXPECT_THAT(told_, ElementsAre("the kubelet has not registered it yet",
                                   "container runtime is down (KubeletNotReady)",
                                   "cni config uninitialized (KubeletNotReady)", "ready"));
    EXPECT_EQ(server_.requests()[0].path, "/api/v1/nodes?fieldSelector=metadata.name%3Dn1");
    EXPECT_EQ(server_.requests()[1].path,
              "/api/v1/nodes?fieldSelector=metadata.name%3Dn1&watch=true&resourceVersion=100"
              "&timeoutSeconds=60");
}

TEST_F(WaitReady, ListsAgainWhenTheVersionIsGone) {
    server_.answer(list_of({not_ready}, "1"));
    server_.answer(Answer{200, {event("ERROR", {{"code", 410}})}});
    server_.answer(list_of({not_ready}, "900"));
    server_.answer({{"code", 410}}, 410);
    server_.answer(list_of({ready}, "950"));
    wait();
    EXPECT_THAT(told_, ElementsAre("cni config uninitialized (KubeletNotReady)", "ready"));
    EXPECT_THAT(server_.requests()[3].path, HasSubstr("resourceVersion=900"));
}

TEST_F(WaitReady, GoesOnAfterABrokenConnection) {
    server_.answer(Answer{200, {}, true});
    server_.answer({{"kind", "Status"}, {"message", "etcd is down"}}, 503);
    server_.answer(list_of({not_ready}));
    server_.answer(Answer{200, {event("MODIFIED", not_ready).substr(0, 20)}, true});
    server_.answer(list_of({ready}));
    wait();
    EXPECT_THAT(told_,
                ElementsAre("the connection broke", "cannot list node n1: etcd is down (503)",
                            "cni config uninitialized (KubeletNotReady)", "the connection broke",
                            "ready"));
}

TEST_F(WaitReady, DoesNotTakeTheWordOfAnEarlierKubelet) {
    auto before = ready;
    auto after = ready;
    before["status"]["conditions"][1]["lastHeartbeatTime"] = "2027-01-01T10:00:00Z";
    after["status"]["conditions"][1]["lastHeartbeatTime"] = "2027-01-01T10:00:05Z";
    const auto start = heartbeat_of_node(before).value() + 3s;
    server_.answer(list_of({before}));
    server_.answer(Answer{200, {event("MODIFIED", before), event("MODIFIED", after)}});
    wait(60s, {.reported_since = start});
    EXPECT_THAT(told_, ElementsAre("its kubelet has not reported since it started", "ready"));
}

TEST_F(WaitReady, BeginsAnewWhenANodeThatShallStayReadyDoesNot) {
    server_.answer(list_of({ready}));
    server_.answer(Answer{200, {event("MODIFIED", not_ready)}});
    server_.answer(list_of({ready}));
    server_.answer(Answer{});
    wait(60s, {.hold = 20ms});
    EXPECT_THAT(told_, ElementsAre("ready", "cni config uninitialized (KubeletNotReady)", "ready"));
}

TEST_F(WaitReady, TellsWhenTheNodeIsDeleted) {
    server_.answer(list_of({not_ready}));
    server_.answer(Answer{200, {event("DELETED", not_ready), event("ADDED", ready)}});
    wait();
    EXPECT_THAT(told_, ElementsAre("cni config uninitialized (KubeletNotReady)",
                                   "the kubelet has not registered it yet", "ready"));
}

TEST_F(WaitReady, FailsAtTheDeadlineWithTheLastCondition) {
    server_.answer(list_of({not_ready}));
    server_.answer(Answer{});
    try {
        wait(20ms); // shorter than the pause after a round
        FAIL() << "the node is not ready";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_EQ(error.message(), "node n1 did not become ready in time: cni config "
                                   "uninitialized (KubeletNotReady)");
        EXPECT_THAT(error.hint(), HasSubstr("kubelet"));
    }
}

TEST_F(WaitReady, DoesNotWaitForPermission) {
    server_.answer({{"kind", "Status"}, {"message", "no"}, {"reason", "Forbidden"}}, 403);
    EXPECT_THROW(wait(), ApiError);
}

TEST(StateOfNode, SurvivesAnyObject) {
    for (const auto* text : {"null", "[]", "{}", R"({"status":{"conditions":null}})",
                             R"({"status":{"conditions":[1,{"type":"Ready"}]}})",
                             R"({"status":{"conditions":[{"type":5,"status":"True"}]}})"}) {
        EXPECT_EQ(state_of_node(Json::parse(text)).phase, NodePhase::not_ready) << text;
    }
    EXPECT_EQ(state_of_node(node("Unknown", "NodeStatusUnknown", "x")).phase, NodePhase::not_ready);
}

} // namespace
} // namespace k8s_node::cluster
