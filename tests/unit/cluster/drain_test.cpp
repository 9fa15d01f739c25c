#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/drain.hpp"
#include "fake_transport.hpp"

namespace k8s_node::cluster {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json pod(const char* name, const char* controller = "ReplicaSet") {
    Json out = {{"metadata", {{"namespace", "default"}, {"name", name}}},
                {"spec", Json::object()},
                {"status", {{"phase", "Running"}}}};
    if (controller != nullptr) {
        out["metadata"]["ownerReferences"] = {{{"kind", controller}, {"controller", true}}};
    }
    return out;
}

Json list_of(const std::vector<Json>& pods) {
    return {{"metadata", {{"resourceVersion", "7"}}}, {"items", pods}};
}

Json ended(Json pod) {
    pod["status"]["phase"] = "Succeeded";
    return pod;
}

Json going(Json pod) {
    pod["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z";
    return pod;
}

TEST(DrainPlan, LeavesPodsThatWouldBeBackAtOnce) {
    auto mirror = pod("static", nullptr);
    mirror["metadata"]["annotations"] = {{"kubernetes.io/config.mirror", "x"}};
    const auto plan = plan_drain(list_of({pod("web"), pod("agent", "DaemonSet"), mirror}));
    EXPECT_THAT(plan.evict, ElementsAre("default/web"));
    EXPECT_THAT(plan.stay, ElementsAre("default/agent", "default/static"));
    EXPECT_THAT(plan.unmanaged, IsEmpty());
}

TEST(DrainPlan, NamesWhatWouldBeLost) {
    auto scratch = pod("cache");
    scratch["spec"]["volumes"] = {{{"name", "c"}, {"configMap", Json::object()}},
                                  {{"name", "d"}, {"emptyDir", Json::object()}}};
    const auto plan = plan_drain(list_of({scratch, pod("bare", nullptr)}));
    EXPECT_THAT(plan.evict, ElementsAre("default/cache", "default/bare"));
    EXPECT_THAT(plan.scratch, ElementsAre("default/cache"));
    EXPECT_THAT(plan.unmanaged, ElementsAre("default/bare"));
}

TEST(DrainPlan, WhatHasEndedLosesNothing) {
    auto job = ended(pod("job", nullptr));
    job["spec"]["volumes"] = {{{"emptyDir", Json::object()}}};
    const auto plan = plan_drain(list_of({job}));
    EXPECT_THAT(plan.evict, ElementsAre("default/job"));
    EXPECT_THAT(plan.unmanaged, IsEmpty());
    EXPECT_THAT(plan.scratch, IsEmpty());
}

TEST(Cordon, IsMarkedAndUndoneByItsMark) {
    FakeTransport server;
    ApiClient client(server);
    server.answer({{"spec", Json::object()}});
    server.answer(Json::object());
    EXPECT_TRUE(cordon(client, "n1"));
    EXPECT_EQ(server.requests().back().body,
              R"({"metadata":{"annotations":{"k8s-node-install/cordoned":"true"}},)"
              R"("spec":{"unschedulable":true}})");
    server.answer({{"metadata", {{"annotations", {{"k8s-node-install/cordoned", "true"}}}}},
                   {"spec", {{"unschedulable", true}}}});
    server.answer(Json::object());
    EXPECT_TRUE(uncordon(client, "n1"));
    EXPECT_EQ(server.requests().back().body,
              R"({"metadata":{"annotations":{"k8s-node-install/cordoned":null}},)"
              R"("spec":{"unschedulable":null}})");
}

TEST(Cordon, OfSomebodyElseStays) {
    FakeTransport server;
    ApiClient client(server);
    server.answer({{"spec", {{"unschedulable", true}}}});
    EXPECT_FALSE(cordon(client, "n1"));
    server.answer({{"spec", {{"unschedulable", true}}}});
    EXPECT_FALSE(uncordon(client, "n1"));
    EXPECT_EQ(server.requests().size(), 2U);
}

class DrainTest : public testing::Test {
protected:
    void evicted() { server_.answer({{"kind", "Status"}}, 201); }
    void refuse() {
        server_.answer(
            {{"kind", "Status"},
             {"message", "Cannot evict pod as it would violate the pod's disruption budget."},
             {"details",
              {{"causes",
                {{{"reason", "DisruptionBudget"},
                  {"message",
                   "The disruption budget web needs 1 healthy pods and has 1 currently"}}}}}}},
            429);
    }
    void run(std::chrono::milliseconds time = 60s) {
        drain(client_, "n1", Clock::now() + time,
              [this](const std::string& message) { told_.push_back(message); });
    }

    FakeTransport server_;
    ApiClient client_{server_};
    std::vector<std::string> told_;
};

TEST_F(DrainTest, AnEmptyNodeIsDrained) {
    server_.answer(list_of({pod("agent", "DaemonSet")}));
    run();
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(DrainTest, EvictsWhatMustGo) {
    server_.answer(list_of({pod("web")}));
    evicted();
    server_.answer(Answer{200, {Json{{"type", "DELETED"}, {"object", pod("web")}}.dump() + "\n"}});
    server_.answer(list_of({}));
    run();
    const auto& request = server_.requests()[1];
    EXPECT_EQ(request.method + " " + request.path,
              "POST /api/v1/namespaces/default/pods/web/eviction");
    EXPECT_EQ(Json::parse(request.body).at("apiVersion"), "policy/v1");
    EXPECT_EQ(server_.requests()[2].path, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1&watch=true"
                                          "&resourceVersion=7");
    EXPECT_THAT(told_, ElementsAre("pod default/web: is terminating", "pod default/web is gone"));
}

TEST_F(DrainTest, APodThatIsGoingIsNotEvictedTwice) {
    server_.answer(list_of({going(pod("web"))}));
    server_.answer(Answer{});
    server_.answer(list_of({}));
    run();
    EXPECT_TRUE(server_.is_used_up());
}

TEST_F(DrainTest, ABudgetIsAskedAgain) {
    server_.answer(list_of({pod("web")}));
    refuse();
    server_.answer(Answer{});
    server_.answer(list_of({pod("web")}));
    evicted();
    server_.answer(Answer{});
    server_.answer(list_of({}));
    run();
    EXPECT_THAT(told_, ElementsAre(HasSubstr("The disruption budget web needs 1"),
                                   "pod default/web: is terminating", "pod default/web is gone"));
}

TEST_F(DrainTest, GivesUpAtTheDeadlineNamingTheBudget) {
    server_.answer(list_of({pod("web")}));
    refuse();
    try {
        run(0ms);
        FAIL() << "the budget forbids it";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_THAT(error.details(),
                    ElementsAre("pod default/web: The disruption budget web needs 1 healthy pods "
                                "and has 1 currently"));
        EXPECT_THAT(error.hint(), HasSubstr("PodDisruptionBudget"));
    }
}

TEST_F(DrainTest, APodThatIsGoneAlreadyIsNoFailure) {
    server_.answer(list_of({pod("web")}));
    server_.answer({{"kind", "Status"}}, 404);
    server_.answer(Answer{});
    server_.answer(list_of({}));
    run();
    EXPECT_TRUE(server_.is_used_up());
}

TEST_F(DrainTest, NotBeingAllowedIsAnError) {
    server_.answer(list_of({pod("web")}));
    server_.answer({{"kind", "Status"}, {"message", "no"}, {"reason", "Forbidden"}}, 403);
    EXPECT_THROW(run(), ApiError);
}

} // namespace
} // namespace k8s_node::cluster
