#include <gmock/gmock.h>

#include "etcd/all_vote.hpp"
#include "support/error.hpp"
#include "unit/etcd/small_etcd.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;

class AllVote : public testing::Test {
protected:
    void SetUp() override {
        etcd.add("m1", 1);
        etcd.add("m2", 2);
    }
    SmallEtcd etcd;
    EtcdCluster cluster{etcd.connector(), {SmallEtcd::url(1, "2379")}};
};

TEST_F(AllVote, ALearnerIsWaitedFor) {
    etcd.add("m3", 3, /*is_learner=*/true);
    EXPECT_EQ(why_not_all_vote(cluster), "member m3 (3) has no vote yet");
}

TEST_F(AllVote, AMemberThatIsDownKeepsTheOthersRunning) {
    etcd.dead.insert(SmallEtcd::url(2, "2379"));
    EventLoop loop;
    try {
        wait_until_all_vote(cluster, loop, EventLoop::Clock::now(), [](const auto&) {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_ready);
        EXPECT_THAT(error.message(), HasSubstr("does not answer"));
    }
}

TEST_F(AllVote, ADatabaseThatDoesNotAnswerIsAReasonToo) {
    etcd.dead = {SmallEtcd::url(1, "2379"), SmallEtcd::url(2, "2379")};
    EventLoop loop;
    EXPECT_THROW(wait_until_all_vote(cluster, loop, EventLoop::Clock::now(), [](const auto&) {}),
                 Error);
}

} // namespace
} // namespace k8s_node
