#include <gmock/gmock.h>

#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "generations/ledger.hpp"
#include "support/error.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node {
namespace {

using test::BareMachine;
using test::generation_with;
using testing::HasSubstr;

Plan plan_for(const Target& target, BareMachine& machine) {
    Plan plan;
    plan.changes = check_switch(target, read_current_generation(machine.root()), machine.system);
    return plan;
}

int switch_to(const Target& target, BareMachine& machine) {
    const auto current = read_current_generation(machine.root());
    execute_switch(plan_for(target, machine), target, current, machine.system);
    return current_generation_number(machine.root()).value_or(0);
}

GenerationOutcome outcome_of(const BareMachine& machine, int number) {
    return read_record(machine.root(), number)->outcome;
}

template <typename Body>
std::string message_of(Body&& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.message() + "; " + error.hint();
    }
    return "";
}

TEST(Generations, AreReadBackAndTellWhatWasEdited) {
    BareMachine machine;
    const auto first = generation_with({{"config/a", "1"}});
    EXPECT_EQ(switch_to({first}, machine), 1);
    EXPECT_EQ(read_generation(machine.root(), 1), first);
    const auto record = read_record(machine.root(), 1);
    ASSERT_TRUE(record);
    EXPECT_TRUE(edited_files(machine.root(), 1, first).empty());
    EXPECT_EQ(record->invoking_user, "anna");
    EXPECT_EQ(record->verb, "install");
    EXPECT_THAT(record->summary, HasSubstr("first generation"));
    write_file_atomically(machine.path("/etc/k8s-node/generations/1/config/a"), "2", {});
    std::filesystem::remove(machine.path("/etc/k8s-node/generations/1/units/x.service"));
    write_file_atomically(machine.path("/etc/k8s-node/generations/1/b"), "", {});
    EXPECT_THAT(edited_files(machine.root(), 1, read_generation(machine.root(), 1)),
                testing::ElementsAre("config/a was edited", "units/x.service is missing",
                                     "b does not belong here"));
}

TEST(Generations, AreNotGoodBeforeSystemdHasRunThem) {
    BareMachine machine;
    switch_to({generation_with({})}, machine);
    EXPECT_EQ(outcome_of(machine, 1), GenerationOutcome::fresh);
}

TEST(Generations, ThatAreNotThereAreAnsweredWithThoseThatAre) {
    BareMachine machine;
    switch_to({generation_with({{"config/a", "1"}})}, machine);
    switch_to({generation_with({{"config/a", "2"}})}, machine);
    EXPECT_THAT(message_of([&] { static_cast<void>(read_generation(machine.root(), 7)); }),
                HasSubstr("there is no generation 7; generations on this machine: 1, 2"));
}

TEST(Generations, OfANewerProgramAreRefusedByTheirFormat) {
    BareMachine machine;
    switch_to({generation_with({})}, machine);
    write_file_atomically(machine.path("/etc/k8s-node/generations/1/manifest.json"),
                          "{\"format\": 9}", {});
    EXPECT_THAT(message_of([&] { static_cast<void>(read_generation(machine.root(), 1)); }),
                HasSubstr("was written by a newer k8s-node-install"));
}

TEST(Generations, WithADamagedManifestDifferAndAreWrittenAnew) {
    BareMachine machine;
    const auto wanted = generation_with({{"config/a", "2"}});
    switch_to({generation_with({{"config/a", "1"}})}, machine);
    mark_good(1, machine.system);
    switch_to({wanted}, machine);
    const auto manifest = machine.path("/etc/k8s-node/generations/2/manifest.json");
    for (const auto* text : {"", "{", "{\"format\": \"one\"}"}) {
        write_file_atomically(manifest, text, {});
        EXPECT_EQ(read_current_generation(machine.root()).manifest.release, "1.36.5");
        const auto changes = plan_for({wanted}, machine).of(ChangeKind::generation);
        ASSERT_EQ(changes.size(), 1U);
        EXPECT_EQ(changes[0].why, "generation 2 was modified: manifest.json was edited");
    }
    std::filesystem::remove(manifest);
    EXPECT_EQ(installed_manifest(machine.root())->profile, "single");
    EXPECT_EQ(switch_to({wanted}, machine), 3);
    EXPECT_EQ(read_current_generation(machine.root()), wanted);
}

TEST(Generations, OfANewerProgramAreNotTakenForDamaged) {
    BareMachine machine;
    switch_to({generation_with({})}, machine);
    write_file_atomically(machine.path("/etc/k8s-node/generations/1/manifest.json"),
                          "{\"format\": 9}", {});
    EXPECT_THAT(message_of([&] { static_cast<void>(read_current_generation(machine.root())); }),
                HasSubstr("was written by a newer k8s-node-install"));
}

TEST(Records, ThatCannotBeReadSayNothing) {
    BareMachine machine;
    for (const auto* content : {"1", "2"}) {
        const int number = switch_to({generation_with({{"config/a", content}})}, machine);
        mark_good(number, machine.system);
    }
    const auto record = machine.path("/etc/k8s-node/state/generations/2.json");
    write_file_atomically(record, "{\"format\": \"1\"}", {});
    EXPECT_EQ(outcome_of(machine.root(), 2), GenerationOutcome::fresh);
    EXPECT_EQ(newest_with(GenerationOutcome::good, machine.root(), 0), 1);
    EXPECT_TRUE(plan_for({generation_with({{"config/a", "2"}})}, machine)
                    .of(ChangeKind::generation)
                    .empty());
    mark_good(2, machine.system);
    EXPECT_EQ(newest_with(GenerationOutcome::good, machine.root(), 0), 2);
    write_file_atomically(record, "{\"format\": 9}", {});
    EXPECT_THAT(message_of([&] { mark_good(2, machine.system); }), HasSubstr("newer"));
}

TEST(Generations, ThatWereGoodStayGood) {
    BareMachine machine;
    switch_to({generation_with({})}, machine);
    mark_failed(1, "x.service did not start", machine.system);
    EXPECT_EQ(outcome_of(machine, 1), GenerationOutcome::failed);
    mark_good(1, machine.system);
    mark_failed(1, "the disk died", machine.system);
    EXPECT_EQ(outcome_of(machine, 1), GenerationOutcome::good);
    EXPECT_TRUE(read_record(machine.root(), 1)->good_since);
}

TEST(Generations, ThatFailedAreTriedAgainUnderTheirNumber) {
    BareMachine machine;
    const auto first = generation_with({{"config/a", "1"}});
    const auto second = generation_with({{"config/a", "2"}});
    switch_to({first}, machine);
    mark_good(1, machine.system);
    switch_to({second}, machine);
    mark_failed(2, "x.service did not start", machine.system);
    switch_to({read_generation(machine.root(), 1), 1}, machine);
    const auto plan = plan_for({second}, machine);
    ASSERT_EQ(plan.of(ChangeKind::generation).size(), 1U);
    EXPECT_EQ(plan.of(ChangeKind::generation)[0].object, "2");
    EXPECT_EQ(plan.of(ChangeKind::generation)[0].why, "failed before: x.service did not start");
    EXPECT_EQ(switch_to({second}, machine), 2);
    EXPECT_EQ(switch_to({generation_with({{"config/a", "3"}})}, machine), 3);
}

TEST(Switch, TakesHostFilesAndLinksWithItBothWays) {
    BareMachine machine;
    auto first = generation_with({{"host/etc/app/a.conf", "1\n"}, {"links/usr/bin/a", "/opt/1\n"}});
    first.manifest.host_modes["/etc/app/a.conf"] = 0600;
    first.files["manifest.json"] = write_manifest(first.manifest);
    switch_to({first}, machine);
    EXPECT_EQ(attributes_of(machine.path("/etc/app/a.conf"))->mode, 0600U);
    switch_to({generation_with({{"host/etc/app/b.conf", "2\n"}})}, machine);
    EXPECT_FALSE(attributes_of(machine.path("/etc/app/a.conf")));
    EXPECT_FALSE(attributes_of(machine.path("/usr/bin/a")));
    switch_to({read_generation(machine.root(), 1), 1}, machine);
    EXPECT_EQ(read_file(machine.path("/etc/app/a.conf")), "1\n");
    EXPECT_EQ(attributes_of(machine.path("/etc/app/a.conf"))->mode, 0600U);
    EXPECT_EQ(std::filesystem::read_symlink(machine.path("/usr/bin/a")), "/opt/1");
    EXPECT_FALSE(attributes_of(machine.path("/etc/app/b.conf")));
    EXPECT_THAT(read_ledger(machine.root()).files, testing::ElementsAre("/etc/app/a.conf"));
}

TEST(Switch, NamesAChangedModeAndOwner) {
    BareMachine machine;
    const auto generation = generation_with({{"host/etc/a.conf", "1\n"}});
    switch_to({generation}, machine);
    std::filesystem::permissions(machine.path("/etc/a.conf"), std::filesystem::perms(0666));
    const auto changes = plan_for({generation}, machine).of(ChangeKind::write_file);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].object, "/etc/a.conf");
    EXPECT_EQ(changes[0].why, "its mode is 0666 instead of 0644");
}

TEST(Switch, RefusesAFileOfSomebodyElse) {
    BareMachine machine;
    std::filesystem::create_directories(machine.path("/etc"));
    write_file_atomically(machine.path("/etc/a.conf"), "theirs\n", {});
    EXPECT_THAT(message_of([&] {
                    plan_for({generation_with({{"host/etc/a.conf", "ours\n"}})}, machine);
                }),
                HasSubstr("was not written by k8s-node-install"));
}

TEST(Switch, KnowsTheFileOfARunThatWasCutOffBeforeItsGeneration) {
    BareMachine machine;
    const auto first = generation_with({{"host/etc/app/a.conf", "1\n"}});
    prepare_switch(plan_for({first}, machine), {first}, machine.system);
    ASSERT_EQ(read_file(machine.path("/etc/app/a.conf")), "1\n");
    ASSERT_FALSE(current_generation_number(machine.root()));
    switch_to({generation_with({{"host/etc/app/a.conf", "2\n"}})}, machine);
    EXPECT_EQ(read_file(machine.path("/etc/app/a.conf")), "2\n");
    EXPECT_THAT(read_ledger(machine.root()).directories, testing::Contains("/etc/app"));
}

TEST(Switch, LeavesAFileThatWasTheSameBeforeUs) {
    BareMachine machine;
    std::filesystem::create_directories(machine.path("/etc"));
    write_file_atomically(machine.path("/etc/a.conf"), "1\n", {});
    switch_to({generation_with({{"host/etc/a.conf", "1\n"}})}, machine);
    switch_to({generation_with({})}, machine);
    EXPECT_EQ(read_file(machine.path("/etc/a.conf")), "1\n");
}

} // namespace
} // namespace k8s_node
