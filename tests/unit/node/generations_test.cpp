#include <gmock/gmock.h>

#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "node/generations.hpp"
#include "support/error.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node {
namespace {

using test::BareMachine;
using testing::ElementsAre;
using testing::HasSubstr;

class Machine : public BareMachine {
public:
    void install(const std::string& content, GenerationOutcome outcome) {
        install(test::generation_with({{"config/a", content}}), outcome);
    }
    void install(const Generation& generation, GenerationOutcome outcome) {
        const auto current = read_current_generation(root());
        Plan plan;
        plan.changes = check_switch({generation}, current, system);
        execute_switch(plan, {generation}, current, system);
        const int number = current_generation_number(root()).value();
        if (outcome == GenerationOutcome::good) {
            mark_good(number, system);
        } else if (outcome == GenerationOutcome::failed) {
            mark_failed(number, "x.service did not start", system);
        }
    }
    int go_back(std::optional<int> number = {}) { return roll_back(number).to; }
    RollbackResult roll_back(std::optional<int> number = {}) {
        NodeOptions options;
        options.root = root();
        NoEvents events;
        FetchObserver fetches;
        return rollback(options, number, {events, fetches}, [](const Plan&) {});
    }
    [[nodiscard]] int current() const { return current_generation_number(root()).value(); }
    std::string refusal(std::optional<int> number = {}) {
        try {
            go_back(number);
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }
};

TEST(Rollback, GoesToTheNewestGoodOneBeforeTheCurrent) {
    Machine machine;
    machine.install("1", GenerationOutcome::good);
    machine.install("2", GenerationOutcome::good);
    machine.install("3", GenerationOutcome::failed);
    machine.install("4", GenerationOutcome::good);
    EXPECT_EQ(machine.go_back(), 2);
    EXPECT_EQ(machine.current(), 2);
    EXPECT_EQ(machine.go_back(), 1);
    EXPECT_EQ(machine.go_back(4), 4);
    EXPECT_EQ(machine.current(), 4);
}

TEST(Rollback, RefusesWhatItCannotGoTo) {
    Machine machine;
    EXPECT_THAT(machine.refusal(), HasSubstr("nothing is installed here"));
    machine.install("1", GenerationOutcome::good);
    EXPECT_THAT(machine.refusal(), HasSubstr("no good generation before generation 1"));
    EXPECT_THAT(machine.refusal(9), HasSubstr("there is no generation 9"));
    machine.install("2", GenerationOutcome::good);
    write_file_atomically(machine.path("/etc/k8s-node/generations/1/config/a"), "edited", {});
    EXPECT_THAT(machine.refusal(), HasSubstr("generation 1 was modified"));
    std::filesystem::remove(machine.path("/etc/k8s-node/generations/1/manifest.json"));
    EXPECT_THAT(machine.refusal(1), HasSubstr("manifest.json is missing"));
    EXPECT_EQ(machine.current(), 2);
}

TEST(Rollback, NeedsNoManifestOfTheCurrentOne) {
    Machine machine;
    machine.install("1", GenerationOutcome::good);
    machine.install("2", GenerationOutcome::good);
    write_file_atomically(machine.path("/etc/k8s-node/generations/2/manifest.json"), "{", {});
    EXPECT_EQ(machine.go_back(), 1);
    EXPECT_EQ(machine.current(), 1);
}

Generation control_plane(const std::string& version) {
    auto generation = test::generation_with({{"units/kube-apiserver.service", version}});
    generation.manifest.kubernetes_version = version;
    generation.manifest.units.push_back(
        {.name = "kube-apiserver.service", .component = "kube-apiserver"});
    generation.manifest.provided.api_server = ApiServerInstance{"kube-apiserver.service", ""};
    generation.files["manifest.json"] = write_manifest(generation.manifest);
    return generation;
}

TEST(Rollback, SaysWhatStaysOfANewerMinorVersion) {
    Machine machine;
    for (const auto* version : {"1.36.4", "1.36.5", "1.37.1"}) {
        machine.install(control_plane(version), GenerationOutcome::good);
    }
    EXPECT_THAT(machine.roll_back().plan.lasting,
                ElementsAre(HasSubstr("objects that the API server 1.37 writes")));
    EXPECT_TRUE(machine.roll_back().plan.lasting.empty());
}

TEST(Generations, TheOneBeforeTheCurrentIsKept) {
    Machine machine;
    for (const auto* content : {"1", "2", "3"}) {
        machine.install(content, GenerationOutcome::good);
    }
    machine.go_back(1);
    machine.install("4", GenerationOutcome::good);
    EXPECT_THAT(collect_generations_locked(machine.root(), 1), ElementsAre(3, 2));
    EXPECT_THAT(generation_numbers(machine.root()), ElementsAre(1, 4));
}

TEST(Generations, WithAnUnreadableRecordDoNotStopTheCollection) {
    Machine machine;
    for (const auto* content : {"1", "2", "3"}) {
        machine.install(content, GenerationOutcome::good);
    }
    write_file_atomically(machine.path("/etc/k8s-node/state/generations/1.json"), "{", {});
    EXPECT_THAT(collect_generations_locked(machine.root(), 5), ElementsAre(1));
    EXPECT_EQ(list_generations(machine.root()).size(), 2U);
}

TEST(Generations, AreListedWithTheirStateAndDamage) {
    Machine machine;
    machine.install("1", GenerationOutcome::good);
    machine.install("2", GenerationOutcome::failed);
    std::filesystem::remove(machine.path("/etc/k8s-node/generations/1/config/a"));
    const auto list = list_generations(machine.root());
    ASSERT_EQ(list.size(), 2U);
    EXPECT_THAT(list[0].damage, HasSubstr("config/a is missing"));
    EXPECT_FALSE(list[0].current);
    EXPECT_TRUE(list[1].current && list[1].booted && list[1].damage.empty());
    EXPECT_EQ(list[1].record->reason, "x.service did not start");
    EXPECT_THAT(list[1].record->summary, HasSubstr("changed config/a"));
}

TEST(Generations, AreComparedLineByLine) {
    Machine machine;
    machine.install("one\n", GenerationOutcome::good);
    machine.install("two\n", GenerationOutcome::good);
    EXPECT_EQ(compare_generations(machine.root(), 1, 2), "changed config/a\n    -one\n    +two\n");
    EXPECT_EQ(compare_generations(machine.root(), 2, 2), "");
}

TEST(Generations, AreCollectedButForTheLastGoodOnesAndWhatIsNeeded) {
    Machine machine;
    for (const auto* content : {"1", "2", "3", "4"}) {
        machine.install(content, GenerationOutcome::good);
    }
    machine.install("5", GenerationOutcome::failed);
    machine.install("6", GenerationOutcome::good);
    machine.go_back(1);
    machine.install("7", GenerationOutcome::failed);
    machine.go_back(1);
    EXPECT_THAT(collect_generations_locked(machine.root(), 2), ElementsAre(3, 2));
    EXPECT_THAT(generation_numbers(machine.root()), ElementsAre(1, 4, 5, 6, 7));
    EXPECT_FALSE(read_record(machine.root(), 2));
    EXPECT_TRUE(collect_generations_locked(machine.root(), 2).empty());
}

} // namespace
} // namespace k8s_node
