#include <atomic>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "doctor/check.hpp"
#include "host/checks.hpp"
#include "loop/worker.hpp"
#include "support/error.hpp"
#include "unit/doctor/machine.hpp"

namespace k8s_node::doctor {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

auto is(const char* name, Verdict verdict, const char* seen) {
    return AllOf(Field(&CheckResult::check, name), Field(&CheckResult::verdict, verdict),
                 Field(&CheckResult::seen, HasSubstr(seen)));
}

CheckResults run(const std::vector<Check>& checks, const std::vector<std::string>& demoted = {}) {
    EventLoop loop;
    return run_checks(checks, demoted, loop);
}

Check passes(const char* name) {
    return {{name}, [name] { return Answer{{}, {{name, "fine"}}, {}}; }};
}

Check fails(const char* name) {
    return {{name}, [name] {
                return Answer{{{name, Severity::error, "broken", "mend it"}}, {}, {}};
            }};
}

TEST(RunChecks, NoneStopsAnother) {
    const Check throws = {{"First", "Second"}, []() -> Answer { throw Error("no such place"); }};
    const Check breaks = {
        {"Third"},
        []() -> Answer { throw std::system_error(std::make_error_code(std::errc::io_error)); },
        Runs::in_thread};
    EXPECT_THAT(run({throws, breaks, passes("Last")}),
                ElementsAre(is("First", Verdict::unknown, "no such place"),
                            is("Second", Verdict::unknown, "no such place"),
                            is("Third", Verdict::unknown, "Input/output error"),
                            is("Last", Verdict::pass, "fine")));
}

TEST(RunChecks, RunSideBySide) {
    std::atomic<int> running = 0;
    // Each waits for the other: one after another they would never end.
    const auto meets = [&](const char* name) {
        return Check{{name},
                     [&running, name] {
                         ++running;
                         while (running < 2) {
                             std::this_thread::yield();
                         }
                         return Answer{{}, {{name, "met"}}, {}};
                     },
                     Runs::in_thread};
    };
    EXPECT_THAT(run({meets("One"), meets("Other")}),
                ElementsAre(is("One", Verdict::pass, "met"), is("Other", Verdict::pass, "met")));
}

TEST(RunChecks, DemotesByName) {
    EXPECT_THAT(
        run({fails("Swap"), fails("Mtu")}, {"Swap"}),
        ElementsAre(is("Swap", Verdict::warn, "broken"), is("Mtu", Verdict::fail, "broken")));
    EXPECT_THAT(
        run({fails("Swap"), fails("Mtu")}, {"all"}),
        ElementsAre(is("Swap", Verdict::warn, "broken"), is("Mtu", Verdict::warn, "broken")));
}

TEST(RunChecks, SaysOfAFamilyThatItIsRightOnlyIfNoneOfItIsWrong) {
    const Check other = {{"DiskSpace"}, [] { return Answer{{}, {{"DiskSpace", "enough"}}, {}}; }};
    EXPECT_THAT(run({other, fails("DiskSpace--var"), other}),
                ElementsAre(is("DiskSpace--var", Verdict::fail, "broken")));
    EXPECT_THAT(run({other, other}), ElementsAre(is("DiskSpace", Verdict::pass, "enough")));
}

TEST(RunChecks, WhatCannotBeLookedAtIsUnknown) {
    const Check hidden = {{"DirAvailable"}, [] {
                              return Answer{{{"DirAvailable--var-lib-etcd", Severity::error,
                                              "cannot be told", host::unseen_hint}},
                                            {},
                                            {}};
                          }};
    EXPECT_THAT(run({hidden}),
                ElementsAre(is("DirAvailable--var-lib-etcd", Verdict::unknown, "cannot be told")));
}

TEST(RunChecks, AreShownAsJson) {
    const auto shown = to_json(run({fails("Swap")}));
    EXPECT_EQ(shown.dump(), R"([{"check":"Swap","verdict":"fail","seen":"broken",)"
                            R"("remedy":"mend it"}])");
}

TEST(EtcdDisk, IsMeasured) {
    test::Machine machine;
    machine.subject.etcd_data = "/var/lib/etcd";
    const auto answer = check_etcd_disk(machine.subject);
    ASSERT_EQ(answer.findings.size() + answer.seen.size(), 1U);
    EXPECT_THAT(machine.files.path().string(), testing::Not(testing::IsEmpty()));
    EXPECT_TRUE(directory_entries(machine.files.path() / "var").empty()) << "it leaves nothing";
}

TEST(EtcdDisk, IsJudgedByTheMedian) {
    EXPECT_TRUE(judge_etcd_disk("/d", {Milliseconds(1), Milliseconds(2), Milliseconds(900)})
                    .findings.empty());
    const auto slow = judge_etcd_disk("/d", {Milliseconds(5), Milliseconds(25), Milliseconds(26)});
    ASSERT_EQ(slow.findings.size(), 1U);
    EXPECT_EQ(slow.findings[0].severity, Severity::warning);
    EXPECT_THAT(slow.findings[0].message, HasSubstr("25.0 ms"));
    EXPECT_THAT(slow.findings[0].hint, HasSubstr("disk of its own"));
    EXPECT_EQ(judge_etcd_disk("/d", {Milliseconds(300)}).findings[0].severity, Severity::error);
}

} // namespace
} // namespace k8s_node::doctor
