#include <stdlib.h>
#include <time.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explaining/changes.hpp"
#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

using Fields = std::map<std::string, std::string>;

std::chrono::sys_seconds at(int second) {
    return std::chrono::sys_seconds(std::chrono::seconds(second));
}

JournalRecord record(int second, const char* id, const char* text, Fields more = {}) {
    more["MESSAGE_ID"] = id;
    more["MESSAGE"] = text;
    more.try_emplace("_PID", "7");
    more.try_emplace("_SYSTEMD_UNIT", "k8s-node-install.service");
    return {at(second), std::move(more)};
}

GenerationRecord generation(int second, const char* who, const char* summary) {
    GenerationRecord made;
    made.created = at(second);
    made.invoking_user = who;
    made.verb = "install";
    made.summary = summary;
    return made;
}

auto event(const char* who, const char* what, const char* why) {
    return testing::AllOf(Field(&NodeEvent::who, who), Field(&NodeEvent::what, what),
                          Field(&NodeEvent::why, why));
}

TEST(NodeEvents, TellWhoMadeAGenerationAndWhy) {
    const std::vector<JournalRecord> records = {
        record(10, message::plan_made, "3 changes"),
        record(12, message::generation_switched, "generation 2 is current",
               {{"K8S_NODE_OBJECT", "2"}}),
        record(20, message::run_finished, "install finished", {{"K8S_NODE_VERB", "install"}})};
    EXPECT_THAT(node_events(records, {{2, generation(11, "anna (sudo)", "kubelet.yaml differs")}},
                            {}, at(0)),
                ElementsAre(event("anna (sudo)", "generation 2 is current",
                                  "install: kubelet.yaml differs"),
                            event("k8s-node-install.service", "install finished", "")));
}

TEST(NodeEvents, LeaveOutRunsThatChangedNothing) {
    EXPECT_THAT(node_events({record(10, message::run_started, "install started"),
                             record(20, message::run_finished, "install finished",
                                    {{"K8S_NODE_VERB", "install"}})},
                            {}, {}, at(0)),
                IsEmpty());
    EXPECT_THAT(node_events({record(20, message::run_finished, "reset finished",
                                    {{"K8S_NODE_VERB", "reset"}})},
                            {}, {}, at(0)),
                ElementsAre(event("k8s-node-install.service", "reset finished", "")));
}

TEST(NodeEvents, TellWhyARunFailed) {
    EXPECT_THAT(node_events({record(10, message::run_failed,
                                    "install failed: no space\ndetail\ntry: free some")},
                            {}, {}, at(0)),
                ElementsAre(event("k8s-node-install.service", "install failed: no space",
                                  "detail; try: free some")));
}

TEST(NodeEvents, TellOfSystemdWhatHappenedToOurUnits) {
    constexpr const char* failed = "d9b373ed55a64feb8242e02dbe79a49c";
    EXPECT_THAT(
        node_events({record(10, failed, "etcd.service: Failed", {{"UNIT", "etcd.service"}}),
                     record(11, failed, "cron.service: Failed", {{"UNIT", "cron.service"}}),
                     record(12, "b07a249cd024414a82dd00cd181378ff", "Startup finished in 9s",
                            {{"_PID", "1"}})},
                    {}, {"etcd.service"}, at(0)),
        ElementsAre(event("systemd", "etcd.service: Failed", "see: journalctl -u etcd.service"),
                    event("systemd", "the machine was booted", "Startup finished in 9s")));
}

TEST(NodeEvents, ATimerThatFindsNothingIsNone) {
    EXPECT_THAT(
        node_events(
            {record(10, message::run_finished, "certs finished", {{"K8S_NODE_VERB", "certs"}}),
             record(20, message::run_finished, "etcd finished", {{"K8S_NODE_VERB", "etcd"}})},
            {}, {}, at(0)),
        IsEmpty());
}

TEST(NodeEvents, TellWhatServicesOfTheNodeDid) {
    EXPECT_THAT(
        node_events({record(10, message::certificate_renewed, "apiserver was renewed",
                            {{"_SYSTEMD_UNIT", "k8s-node-renew.service"}}),
                     record(20, message::unit_hung, "etcd.service hangs and is restarted",
                            {{"_SYSTEMD_UNIT", "k8s-node-watch.service"}})},
                    {}, {}, at(0)),
        ElementsAre(event("k8s-node-renew.service", "apiserver was renewed", ""),
                    event("k8s-node-watch.service", "etcd.service hangs and is restarted", "")));
}

TEST(NodeEvents, KnowFromTheGenerationsWhatTheJournalHasForgotten) {
    const GenerationRecords generations = {{1, generation(5, "root", "the first generation")},
                                           {2, generation(50, "anna (sudo)", "etcd.service")}};
    EXPECT_THAT(
        node_events({}, generations, {}, at(40)),
        ElementsAre(event("anna (sudo)", "generation 2 was made", "install: etcd.service")));
}

class Since : public testing::Test {
protected:
    Since() {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
    static std::string text(const char* since) {
        return utc_text(parse_since(since, *parse_utc("2026-11-28T12:00:00Z"))); // a Saturday
    }
};

TEST_F(Since, IsATimeOfThePast) {
    EXPECT_EQ(text("2026-11-24"), "2026-11-24T00:00:00Z");
    EXPECT_EQ(text("2026-11-24 10:30"), "2026-11-24T10:30:00Z");
    EXPECT_EQ(text("2026-11-24T10:30:00Z"), "2026-11-24T10:30:00Z");
    EXPECT_EQ(text("today"), "2026-11-28T00:00:00Z");
    EXPECT_EQ(text("yesterday"), "2026-11-27T00:00:00Z");
    EXPECT_EQ(text("Tuesday"), "2026-11-24T00:00:00Z");
    EXPECT_EQ(text("saturday"), "2026-11-28T00:00:00Z");
    EXPECT_EQ(text("36h"), "2026-11-27T00:00:00Z");
    EXPECT_EQ(text("2d"), "2026-11-26T12:00:00Z");
}

TEST_F(Since, IsNothingElse) {
    for (const auto* wrong : {"", "soon", "2026-13-01", "h", "-1d", "99999999999999h"}) {
        EXPECT_THROW(static_cast<void>(parse_since(wrong, at(0))), Error) << wrong;
    }
}

} // namespace
} // namespace k8s_node
