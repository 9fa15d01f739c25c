#include <gmock/gmock.h>

#include "etcd/quorum.hpp"
#include "etcd/snapshot_file.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Is { up, down, learning };

Quorum cluster_of(const std::vector<Is>& each, bool has_leader) {
    Quorum quorum;
    quorum.has_leader = has_leader;
    for (std::size_t i = 0; i < each.size(); ++i) {
        SeenMember seen;
        seen.member = {i + 1, "n" + std::to_string(i + 1), {}, {}, each[i] == Is::learning};
        seen.answers = each[i] != Is::down;
        seen.silence = seen.answers ? "" : "refused";
        quorum.members.push_back(seen);
    }
    return quorum;
}

std::vector<std::string> checks(const Quorum& quorum) {
    std::vector<std::string> names;
    for (const auto& finding : explain_quorum(quorum)) {
        names.push_back(finding.name);
    }
    return names;
}

TEST(Quorum, ThreeThatAnswerNeedNoWords) {
    const auto quorum = cluster_of({Is::up, Is::up, Is::up}, true);
    EXPECT_THAT(explain_quorum(quorum), IsEmpty());
    EXPECT_EQ(quorum_text(quorum), "3 voters, 3 answer, 1 may be lost");
    EXPECT_EQ(quorum_text(cluster_of({Is::up}, true)), "1 voter, 1 answers, none may be lost");
}

TEST(Quorum, ALostMajorityIsAnErrorThatNamesTheVerbForIt) {
    const auto quorum = cluster_of({Is::up, Is::down, Is::down}, false);
    const auto findings = explain_quorum(quorum);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_THAT(findings[0].message, AllOf(HasSubstr("of 3 voters of etcd 1 answers, and 2 are "
                                                     "needed"),
                                           HasSubstr("n2 (2): refused; n3 (3): refused")));
    EXPECT_THAT(findings[0].hint, HasSubstr("k8s-node-install etcd recover"));
    EXPECT_EQ(quorum_text(quorum), "3 voters, 1 answers, 2 must, with a leader");
}

TEST(Quorum, OneThatIsDownIsNamedWhileTheOthersWork) {
    const auto quorum = cluster_of({Is::up, Is::up, Is::down}, true);
    EXPECT_THAT(checks(quorum), ElementsAre("EtcdSilent"));
    EXPECT_EQ(quorum_text(quorum), "3 voters, 2 answer, none may be lost");
}

TEST(Quorum, AnEvenNumberBearsNoMoreThanOneLess) {
    EXPECT_THAT(checks(cluster_of({Is::up, Is::up}, true)), ElementsAre("EtcdEven"));
    EXPECT_THAT(explain_quorum(cluster_of({Is::up, Is::up, Is::up, Is::up}, true))[0].message,
                HasSubstr("4 voters, of which 3 must work: 1 may be lost, no more than of 3"));
    EXPECT_EQ(spare_voters(4), spare_voters(3));
    EXPECT_EQ(spare_voters(0), 0U);
}

TEST(Quorum, ALearnerDoesNotCountAndIsNamed) {
    const auto quorum = cluster_of({Is::up, Is::learning}, true);
    EXPECT_EQ(count_voters(quorum), (VoterCount{1, 1, 1, 0}));
    EXPECT_THAT(checks(quorum), ElementsAre("EtcdLearner"));
}

TEST(Quorum, EnoughThatAnswerWithoutALeaderHoldAnElection) {
    EXPECT_THAT(checks(cluster_of({Is::up, Is::up, Is::down}, false)), ElementsAre("EtcdLeader"));
}

TEST(Quorum, NobodyWhoListsMembersIsSaidWithTheReason) {
    EXPECT_EQ(quorum_text({{}, "no member of etcd answers"}), "unknown: no member of etcd answers");
    EXPECT_THAT(explain_quorum({{}, "no member of etcd answers"}), IsEmpty());
}

TEST(SnapshotFile, IsRestoredBeyondWhatClientsHaveSeen) {
    EXPECT_EQ(100 + bump_beyond(0, 100), 100 + revision_bump);
    // Restored a second time: clients know revisions of the first.
    EXPECT_GT(100 + bump_beyond(100 + revision_bump + 7, 100), 100 + revision_bump + 7);
}

} // namespace
} // namespace k8s_node
