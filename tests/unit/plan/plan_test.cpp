#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "plan/plan.hpp"

namespace k8s_node {
namespace {

const Plan example = {"single, Kubernetes 1.36.5, node n1",
                      {{ChangeKind::fetch, "etcd 3.6.5", "is missing", ""},
                       {ChangeKind::write_file, "/etc/crictl.yaml", "differs", "-a\n+b\n"},
                       {ChangeKind::fetch, "runc 1.4.0", "", ""},
                       {ChangeKind::wait_node, "n1", "", ""}}};

TEST(PlanText, HasALineForEachChangeAndASum) {
    EXPECT_EQ(plan_text(example, false), "Plan for single, Kubernetes 1.36.5, node n1:\n"
                                         "  fetch      etcd 3.6.5  (is missing)\n"
                                         "  write      /etc/crictl.yaml  (differs)\n"
                                         "  fetch      runc 1.4.0\n"
                                         "  wait       n1\n"
                                         "2 to fetch, 1 to write, 1 to wait for.\n");
}

TEST(PlanText, ShowsDiffsWhenAsked) {
    EXPECT_THAT(plan_text(example, true),
                testing::HasSubstr("(differs)\n               -a\n               +b\n"));
}

TEST(PlanText, SaysThatThereIsNothingToDo) {
    EXPECT_EQ(plan_text({"single", {}}, true), "Nothing to do: single is as configured.\n");
}

TEST(PlanText, TellsWhatIsLeftAloneAlsoWhereNothingIsToBeDone) {
    EXPECT_EQ(plan_text({"single", {}, {"x.service has a drop-in"}}, false),
              "Left alone: x.service has a drop-in\nNothing to do: single is as configured.\n");
}

TEST(PlanText, EndsWithWhatSpeaksAgainstItAndWhatWouldLast) {
    auto plan = example;
    plan.findings = {{"ReleaseSkip", Severity::error, "1.35.9 to 1.37.1 skips 1.36", "one by one"},
                     {"KubeletInPlace", Severity::warning, "pods run on", ""}};
    plan.lasting = {"etcd changes its data"};
    EXPECT_THAT(plan_text(plan, false),
                testing::EndsWith("1 to wait for.\n"
                                  "  refused    [ReleaseSkip] 1.35.9 to 1.37.1 skips 1.36; one by "
                                  "one\n"
                                  "  warning    [KubeletInPlace] pods run on\n"
                                  "  lasting    etcd changes its data\n"));
    const auto json = nlohmann::json::parse(plan_json(plan));
    EXPECT_EQ(json.at("findings").at(0).at("severity"), "error");
    EXPECT_EQ(json.at("lasting").at(0), "etcd changes its data");
}

TEST(PlanJson, HoldsTheSame) {
    const auto json = nlohmann::json::parse(plan_json(example));
    EXPECT_EQ(json.at("subject"), example.subject);
    EXPECT_EQ(json.at("changes").size(), 4U);
    EXPECT_EQ(json.at("changes").at(1), nlohmann::json({{"action", "write"},
                                                        {"object", "/etc/crictl.yaml"},
                                                        {"reason", "differs"},
                                                        {"diff", "-a\n+b\n"}}));
}

TEST(PlanJson, IsJsonWhateverAnOldFileHeld) {
    const Plan plan = {"s", {{ChangeKind::write_file, "/etc/x", "differs", "-caf\xe9\n"}}};
    EXPECT_TRUE(nlohmann::json::accept(plan_json(plan)));
}

TEST(Changes, AreFoundByKindInTheirOrder) {
    EXPECT_THAT(example.of(ChangeKind::fetch),
                testing::ElementsAre(example.changes[0], example.changes[2]));
    EXPECT_TRUE(example.of(ChangeKind::reload).empty());
}

TEST(Verbs, AreDistinctWords) {
    std::vector<std::string> verbs;
    for (int kind = 0; kind <= static_cast<int>(ChangeKind::wait_node); ++kind) {
        verbs.emplace_back(verb_of(static_cast<ChangeKind>(kind)));
    }
    std::sort(verbs.begin(), verbs.end());
    EXPECT_EQ(std::adjacent_find(verbs.begin(), verbs.end()), verbs.end());
}

} // namespace
} // namespace k8s_node
