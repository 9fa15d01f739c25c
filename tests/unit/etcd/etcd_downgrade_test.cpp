#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "etcd/etcd_downgrade.hpp"
#include "small_etcd.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// etcd as it answers: it raises its data when asked a first time, and lowers
/// them one question after it is told to.
class Etcd : public cluster::Transport {
public:
    Etcd(std::string program, std::string storage)
        : program_(std::move(program)), storage_(std::move(storage)) {}

    cluster::HttpReply send(const cluster::HttpRequest& request) override {
        if (request.path == "/v3/maintenance/downgrade") {
            if (request.body == R"({"action":"CANCEL"})") {
                cancelled = true;
                asked.clear();
                return refuses_cancel ? cluster::HttpReply{503, R"({"message":"no leader"})"}
                                      : cluster::HttpReply{200, "{}"};
            }
            asked = request.body;
            return refuses ? cluster::HttpReply{400, R"({"message":"not now"})"}
                           : cluster::HttpReply{200, "{}"};
        }
        const nlohmann::json status = {{"version", program_},
                                       {"storageVersion", storage_},
                                       {"downgradeInfo", {{"enabled", !asked.empty()}}}};
        if (!stuck) {
            storage_ = asked.empty() ? program_ : "3.6.0";
        }
        return {200, status.dump()};
    }
    cluster::HttpReply stream(const cluster::HttpRequest&, cluster::Clock::time_point,
                              const Sink&) override {
        return {};
    }

    std::string asked;
    bool cancelled = false;
    bool refuses = false;
    bool refuses_cancel = false;
    bool stuck = false; ///< its data stay as they are

private:
    std::string program_;
    std::string storage_;
};

Manifest with_etcd(const char* version) {
    Manifest manifest;
    manifest.provided.etcd = EtcdMember{.version = version};
    return manifest;
}

constexpr Version older{3, 6, 14};
constexpr auto soon = std::chrono::seconds(10);

TEST(EtcdDowngrade, IsForOneMinorDownOnly) {
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.7.1"), with_etcd("3.6.14")), older);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.6.14"), with_etcd("3.7.1")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.6.15"), with_etcd("3.6.14")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.8.0"), with_etcd("3.6.14")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(Manifest{}, with_etcd("3.6.14")), std::nullopt);
}

TEST(EtcdDowngrade, AnEtcdThatWasNotRestartedYetIsLeftAlone) {
    EventLoop loop;
    Etcd etcd("3.6.14", "3.6.0");
    downgrade_etcd(loop, etcd, older, soon);
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST(EtcdDowngrade, WaitsUntilTheDataAreLowered) {
    EventLoop loop;
    Etcd etcd("3.7.1", "3.7.0");
    downgrade_etcd(loop, etcd, older, soon);
    EXPECT_EQ(etcd.asked, R"({"action":"ENABLE","version":"3.6"})");
}

TEST(EtcdDowngrade, OneThatHasJustBegunFirstRaisesItsData) {
    EventLoop loop;
    Etcd etcd("3.7.1", "3.6.0");
    downgrade_etcd(loop, etcd, older, soon);
    EXPECT_EQ(etcd.asked, R"({"action":"ENABLE","version":"3.6"})");
}

TEST(EtcdDowngrade, ARefusalIsToldInEtcdsWords) {
    EventLoop loop;
    Etcd etcd("3.7.1", "3.7.0");
    etcd.refuses = true;
    try {
        downgrade_etcd(loop, etcd, older, soon);
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "etcd answered 400 to /v3/maintenance/downgrade: not now");
    }
}

Error error_after_the_deadline(Etcd& etcd) {
    EventLoop loop;
    etcd.stuck = true;
    try {
        downgrade_etcd(loop, etcd, older, std::chrono::milliseconds(0));
    } catch (const Error& error) {
        return error;
    }
    return Error("the data were lowered");
}

TEST(EtcdDowngrade, OneThatIsNotDoneInTimeIsCancelled) {
    Etcd etcd("3.7.1", "3.7.0");
    const auto error = error_after_the_deadline(etcd);
    EXPECT_THAT(error.what(), HasSubstr("etcd has not downgraded its data to 3.6"));
    EXPECT_THAT(error.details(), ElementsAre("etcd was told to cancel the downgrade"));
    EXPECT_TRUE(etcd.cancelled);
}

TEST(EtcdDowngrade, ACancelThatFailsIsSaidWithTheCommandForIt) {
    Etcd etcd("3.7.1", "3.7.0");
    etcd.refuses_cancel = true;
    EXPECT_THAT(error_after_the_deadline(etcd).details(),
                ElementsAre(AllOf(HasSubstr("etcdctl downgrade cancel"), HasSubstr("no leader"))));
}

TEST(EtcdDowngrade, WhatWasNeverBegunIsNotCancelled) {
    Etcd etcd("3.7.1", "3.6.0"); // it has not raised its data yet
    EXPECT_THAT(error_after_the_deadline(etcd).details(), IsEmpty());
    EXPECT_FALSE(etcd.cancelled);
}

TEST(EtcdDowngrade, OneThatNobodyWantsAnyMoreIsCancelled) {
    EventLoop loop;
    Etcd etcd("3.7.1", "3.7.0");
    downgrade_etcd(loop, etcd, older, soon);
    EXPECT_TRUE(cancel_downgrade(etcd));
    EXPECT_TRUE(etcd.cancelled);
    EXPECT_FALSE(cancel_downgrade(etcd));
}

/// Three voters of this cluster run the versions.
SmallEtcd three(const std::vector<const char*>& versions) {
    SmallEtcd etcd;
    for (std::uint64_t id = 1; id <= versions.size(); ++id) {
        etcd.add("m" + std::to_string(id), id);
        etcd.versions[SmallEtcd::url(id, "2379")] = versions.at(id - 1);
    }
    return etcd;
}

bool is_held_back(SmallEtcd etcd) {
    return has_voter_of(etcd.connector(), {SmallEtcd::url(1, "2379")}, older);
}

TEST(EtcdDowngrade, AnOlderVoterHasKeptTheDataAsTheyWere) {
    EXPECT_TRUE(is_held_back(three({"3.7.1", "3.7.1", "3.6.14"})));
    EXPECT_TRUE(is_held_back(three({"3.7.1", "3.6.20"}))) << "of this minor";
    EXPECT_FALSE(is_held_back(three({"3.7.1", "3.7.0", "3.7.1"})));
}

TEST(EtcdDowngrade, ALearnerAndWhoDoesNotAnswerHaveKeptNothing) {
    auto learner = three({"3.7.1", "3.7.1", "3.6.14"});
    learner.members.back().is_learner = true;
    EXPECT_FALSE(is_held_back(learner));
    auto silent = three({"3.7.1", "3.7.1", "3.6.14"});
    silent.dead.insert(SmallEtcd::url(3, "2379"));
    EXPECT_FALSE(is_held_back(silent));
    silent.dead.insert(SmallEtcd::url(1, "2379"));
    EXPECT_FALSE(is_held_back(silent)) << "nobody lists the members";
    EXPECT_FALSE(is_held_back(three({"3.7.1", "no version"})));
}

} // namespace
} // namespace k8s_node
