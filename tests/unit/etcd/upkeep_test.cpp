#include <gmock/gmock.h>

#include "etcd/snapshot.hpp"
#include "etcd/upkeep.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};

SavedSnapshot saved(const std::string& path, std::chrono::hours age, bool before_change = false) {
    return {path, now - age, 1, before_change};
}

std::vector<std::string> expired(std::vector<SavedSnapshot> snapshots, const Retention& retention) {
    std::vector<std::string> paths;
    for (const auto& each : expired_snapshots(std::move(snapshots), retention, now)) {
        paths.push_back(each.path);
    }
    return paths;
}

TEST(Retention, KeepsSoMany) {
    const std::vector snapshots = {saved("a", 1h), saved("b", 2h), saved("c", 3h)};
    EXPECT_THAT(expired(snapshots, {2, {}}), ElementsAre("c"));
    EXPECT_THAT(expired(snapshots, {3, {}}), IsEmpty());
}

TEST(Retention, KeepsTheNewestHoweverOld) {
    const std::vector snapshots = {saved("a", 24h * 100), saved("b", 24h * 200)};
    EXPECT_THAT(expired(snapshots, {7, std::chrono::days(30)}), ElementsAre("b"));
}

TEST(Retention, LeavesThoseFromBeforeAChangeAlone) {
    const std::vector snapshots = {saved("change", 1h, true), saved("a", 2h), saved("b", 3h)};
    EXPECT_THAT(expired(snapshots, {1, {}}), ElementsAre("b"));
}

TEST(SavedSnapshots, AreReadFromTheirNamesNewestFirst) {
    const test::TemporaryDirectory directory;
    const Root root(directory.path());
    const auto place = root.at(paths::snapshots);
    make_directories(place);
    for (const auto* name :
         {"2026-11-27T020000Z.db", "2026-11-28T020000Z-generation-4.db", "2026-11-27T020000Z-2.db",
          "2026-11-28T010000Z.db.part", "notes.txt"}) {
        write_file_atomically(place / name, "x", {0600, ::geteuid(), ::getegid()});
    }
    const auto snapshots = saved_snapshots(root);
    ASSERT_EQ(snapshots.size(), 3U);
    EXPECT_THAT(snapshots[0].path, HasSubstr("generation-4"));
    EXPECT_TRUE(snapshots[0].before_change);
    EXPECT_FALSE(snapshots[1].before_change);
    EXPECT_THAT(snapshots[1].path, HasSubstr("-2.db"));
}

Member member(std::uint64_t id, bool is_learner = false) {
    Member made;
    made.id = id;
    made.name = "m" + std::to_string(id);
    made.is_learner = is_learner;
    return made;
}

TEST(SavesSnapshot, IsTheLowestVoterThatAnswers) {
    const std::vector members = {member(3), member(1), member(2), member(0, true)};
    EXPECT_EQ(saves_snapshot(members, {0, 1, 2, 3})->id, 1U);
    EXPECT_EQ(saves_snapshot(members, {0, 2, 3})->id, 2U);
    EXPECT_EQ(saves_snapshot(members, {0}), nullptr);
}

TEST(Space, AFullDatabaseIsExplainedOnce) {
    const std::vector<Alarm> alarms = {{1, "NOSPACE"}, {2, "NOSPACE"}};
    const auto findings = explain_space(alarms, {{member(1), 100, 100, 100}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_THAT(findings[0].hint, HasSubstr("etcd defrag"));
}

TEST(Space, ANearlyFullDatabaseIsAWarning) {
    EXPECT_THAT(explain_space({}, {{member(1), 700, 1, 1000}}), IsEmpty());
    const auto findings = explain_space({}, {{member(1), 900, 1, 1000}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(Space, AnotherAlarmIsNoLackOfSpace) {
    const auto findings = explain_space({{1, "CORRUPT"}}, {});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].name, "EtcdAlarm");
}

} // namespace

} // namespace k8s_node
