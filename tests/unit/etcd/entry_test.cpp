#include <gmock/gmock.h>

#include "etcd/entry.hpp"
#include "kubeconfig/base64.hpp"
#include "small_etcd.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class EntryOfTheThird : public testing::Test {
protected:
    EntryOfTheThird() {
        etcd.add("n1", 1);
        etcd.add("n2", 2);
    }

    Entered enter() {
        EtcdCluster cluster(etcd.connector(), {SmallEtcd::url(1, "2379")});
        return Entry(cluster, etcd.connector(), {"n3", SmallEtcd::url(3, "2380")},
                     MemberLock::usual_time, [&](const auto& text) { told.push_back(text); })
            .enter();
    }

    std::string reason() {
        try {
            (void)enter();
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }

    SmallEtcd etcd;
    std::vector<std::string> told;
};

TEST_F(EntryOfTheThird, IsAsALearnerAndKeepsTheLockForItsStart) {
    const auto entered = enter();
    EXPECT_EQ(entered.id, 100U);
    EXPECT_TRUE(find_member(entered.members, 100)->is_learner);
    EXPECT_EQ(initial_cluster(entered, "n3"),
              "n1=https://192.0.2.1:2380,n2=https://192.0.2.2:2380,n3=https://192.0.2.3:2380");
    EXPECT_THAT(client_urls_of_others(entered.members, entered.id),
                ElementsAre("https://192.0.2.1:2379", "https://192.0.2.2:2379"));
    EXPECT_EQ(etcd.holder, to_base64("n3"));
    EXPECT_THAT(told, ElementsAre(HasSubstr("added as learner")));
}

TEST_F(EntryOfTheThird, WaitsForWhoeverHoldsTheLock) {
    etcd.holder = to_base64("n4");
    EXPECT_THAT(reason(), HasSubstr("n4 is about to join"));
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST_F(EntryOfTheThird, TakesALockThatItHeldBeforeItDied) {
    etcd.holder = to_base64("n3");
    EXPECT_EQ(enter().id, 100U);
}

TEST_F(EntryOfTheThird, TakesItsLockAnewIfThatRunsOutMeanwhile) {
    etcd.holder = to_base64("n3");
    etcd.lease_has_run_out = true;
    EXPECT_EQ(enter().id, 100U);
    EXPECT_EQ(etcd.lease, 77);
}

TEST_F(EntryOfTheThird, AnAnswerThatWasLostIsReadBack) {
    etcd.loses_answer_to = "/v3/cluster/member/add";
    EXPECT_EQ(enter().id, 100U);
    EXPECT_THAT(etcd.asked, ElementsAre("add"));
}

TEST_F(EntryOfTheThird, RemovesWhatTheMachineWasBefore) {
    etcd.add("n3", 3);
    etcd.dead = {SmallEtcd::url(3, "2379"), SmallEtcd::url(3, "2380")};
    EXPECT_EQ(enter().id, 100U);
    EXPECT_THAT(etcd.asked, ElementsAre("remove", "add"));
    EXPECT_THAT(told.front(), HasSubstr("removed etcd member n3 (3)"));
}

TEST_F(EntryOfTheThird, ANameMayComeBackWithAnotherAddress) {
    etcd.members.push_back(
        {9, "n3", {SmallEtcd::url(9, "2380")}, {SmallEtcd::url(9, "2379")}, false});
    etcd.dead = {SmallEtcd::url(9, "2379"), SmallEtcd::url(9, "2380")};
    (void)enter();
    EXPECT_EQ(find_member(etcd.members, 9), nullptr);
}

TEST_F(EntryOfTheThird, RemovesNobodyOfItsNameWhoLives) {
    etcd.members.push_back(
        {9, "n3", {SmallEtcd::url(9, "2380")}, {SmallEtcd::url(9, "2379")}, false});
    EXPECT_THAT(reason(), AllOf(HasSubstr("n3 (9) runs, at https://192.0.2.9:2380"),
                                HasSubstr("another machine has the name")));
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST_F(EntryOfTheThird, DoesNotRemoveItsFormerSelfIfThatWouldEndTheMajority) {
    etcd.add("n3", 3);
    etcd.dead = {SmallEtcd::url(2, "2379"), SmallEtcd::url(3, "2379"), SmallEtcd::url(3, "2380")};
    EXPECT_THAT(reason(),
                AllOf(HasSubstr("n3 (3) cannot be removed"), HasSubstr("n2 (2) does not answer")));
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST_F(EntryOfTheThird, RemovesALearnerWhoseMachineDied) {
    etcd.members.push_back({9, "", {SmallEtcd::url(9, "2380")}, {}, /*is_learner=*/true});
    etcd.dead = {SmallEtcd::url(9, "2380")};
    EXPECT_EQ(enter().id, 100U);
    EXPECT_THAT(etcd.asked, ElementsAre("remove", "add"));
}

TEST_F(EntryOfTheThird, WaitsForALearnerThatLives) {
    etcd.members.push_back({9, "", {SmallEtcd::url(9, "2380")}, {}, /*is_learner=*/true});
    EXPECT_THAT(reason(), HasSubstr("https://192.0.2.9:2380 (9) is about to join"));
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST_F(EntryOfTheThird, LeavesAVoterThatNeverStartedToTheOperator) {
    etcd.members.push_back({9, "", {SmallEtcd::url(9, "2380")}, {}, /*is_learner=*/false});
    etcd.dead = {SmallEtcd::url(9, "2380")};
    EXPECT_THAT(reason(), HasSubstr("etcdctl member remove 9"));
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST_F(EntryOfTheThird, ARefusalNamesWhoIsDown) {
    etcd.refuses_to_add = "etcdserver: unhealthy cluster";
    etcd.dead = {SmallEtcd::url(2, "2379")};
    EXPECT_THAT(reason(), AllOf(HasSubstr("unhealthy cluster"), HasSubstr("n2 (2)"),
                                HasSubstr("bring it back")));
    EXPECT_THAT(etcd.holder, IsEmpty()) << "n2 may need the lock to come back";
}

TEST(EtcdCluster, AsksTheNextOneIfTheFirstIsDown) {
    SmallEtcd etcd;
    etcd.add("n1", 1);
    etcd.dead = {SmallEtcd::url(9, "2379")};
    EtcdCluster cluster(etcd.connector(), {SmallEtcd::url(9, "2379"), SmallEtcd::url(1, "2379")});
    EXPECT_EQ(cluster.list_members().size(), 1U);
}

TEST(EtcdCluster, TellsWhyNobodyAnswers) {
    SmallEtcd etcd;
    etcd.dead = {SmallEtcd::url(1, "2379"), SmallEtcd::url(2, "2379")};
    EtcdCluster cluster(etcd.connector(), {SmallEtcd::url(1, "2379"), SmallEtcd::url(2, "2379")});
    try {
        (void)cluster.list_members();
        FAIL() << "nobody is there";
    } catch (const cluster::ConnectionError& error) {
        EXPECT_THAT(error.message(), AllOf(HasSubstr("192.0.2.1:2379: refused"),
                                           HasSubstr("192.0.2.2:2379: refused")));
    }
}

TEST(EtcdCluster, RemovesAMemberOnceAndReadsItBack) {
    SmallEtcd etcd;
    etcd.add("n1", 1);
    etcd.add("n2", 2);
    etcd.add("n3", 3);
    etcd.loses_answer_to = "/v3/cluster/member/remove";
    EtcdCluster cluster(etcd.connector(), {SmallEtcd::url(3, "2379")});
    EXPECT_TRUE(cluster.remove_member(3));
    EXPECT_FALSE(cluster.remove_member(3));
    EXPECT_EQ(etcd.members.size(), 2U);
}

TEST(EtcdCluster, RemovesNothingThatTheMajorityNeeds) {
    SmallEtcd etcd;
    etcd.add("n1", 1);
    etcd.add("n2", 2);
    etcd.add("n3", 3);
    etcd.dead = {SmallEtcd::url(2, "2379")};
    EtcdCluster cluster(etcd.connector(), {SmallEtcd::url(1, "2379")});
    EXPECT_THROW(cluster.remove_member(3), Error);
    EXPECT_THAT(etcd.asked, IsEmpty());
}

} // namespace
} // namespace k8s_node
