// A first installation: units start as their artifacts come.
#include <gmock/gmock.h>

#include "engine/engine.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "store/hasher.hpp"
#include "unit/engine/running_machine.hpp"

namespace k8s_node::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Two units, each of a program of its own; the second comes after the first.
class FirstInstall : public testing::Test {
protected:
    FirstInstall() {
        add("early", {});
        add("late", {"early.service"});
        generation_.files["manifest.json"] = write_manifest(generation_.manifest);
        machine_.system.store = Store(machine_.path(paths::store));
        machine_.system.fetch_options.mirrors = {"file://" + machine_.path("/mirror")};
        machine_.system.fetch_options.retry.attempts = 1;
        machine_.services.on_begin = [this](const std::string& unit) {
            for (const auto& artifact : spec_.artifacts) {
                was_there_[unit] = was_there_[unit] || (unit == artifact.name + ".service" &&
                                                        machine_.system.store.contains(artifact));
            }
            was_announced_ = attributes_of(marker()).has_value();
        };
    }
    void offer(const std::string& name) {
        make_directories(machine_.path("/mirror/example.org"));
        write_file_atomically(machine_.path("/mirror/example.org/" + name), name, {});
    }
    void run() { execute(check_all(desired_, machine_.system), desired_, machine_.system); }
    ExitStatus status_of_run() {
        try {
            run();
        } catch (const Error& error) {
            return error.status();
        }
        return ExitStatus::success;
    }
    [[nodiscard]] std::string marker() const { return machine_.path(paths::first_installation); }

    RunningMachine machine_;
    std::map<std::string, bool> was_there_; ///< unit → its program, when it was begun
    bool was_announced_ = false;

private:
    void add(const std::string& name, std::vector<std::string> after) {
        Hasher hasher(HashAlgorithm::sha256);
        hasher.update(std::as_bytes(std::span(name)));
        const Artifact artifact{name,
                                "1",
                                "https://example.org/" + name,
                                *Digest::parse("sha256:" + hasher.hex()),
                                {},
                                "bin/" + name};
        const auto entry = std::string(paths::store) + "/" + artifact.store_name();
        UnitEntry unit;
        unit.name = name + ".service";
        unit.component = name;
        unit.after = std::move(after);
        unit.inputs = {{entry + "/bin/x", ""}};
        generation_.manifest.units.push_back(unit);
        generation_.manifest.store_entries.push_back(entry);
        generation_.files["units/" + unit.name] = "[Service]\nExecStart=" + entry + "/bin/x\n";
        spec_.artifacts.push_back(artifact);
    }

protected:
    NodeSpec spec_;
    Generation generation_;
    Desired desired_{spec_, generation_};
};

TEST_F(FirstInstall, EachUnitBeginsWithItsProgramInTheStore) {
    offer("early");
    offer("late");
    run();
    EXPECT_THAT(machine_.services.begun, UnorderedElementsAre("early.service", "late.service"));
    EXPECT_TRUE(was_there_["early.service"]);
    EXPECT_TRUE(was_there_["late.service"]);
    EXPECT_TRUE(was_announced_);
    EXPECT_FALSE(attributes_of(marker()));
    EXPECT_EQ(outcome_of(machine_.root(), 1), GenerationOutcome::good);
}

/// Nothing of a node is left running, and nothing is wrong with the generation.
TEST_F(FirstInstall, AFetchThatFailsStopsWhatHasBegun) {
    offer("early");
    machine_.system.fetch_options.parallel = 1; // the early one is there before the other fails
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(machine_.services.begun, ElementsAre("early.service"));
    EXPECT_FALSE(machine_.services.unit_state("early.service").is_active());
    EXPECT_FALSE(attributes_of(marker()));
    EXPECT_EQ(current_generation_number(machine_.root()), std::nullopt);
    EXPECT_EQ(outcome_of(machine_.root(), 1), GenerationOutcome::fresh);
    offer("late");
    EXPECT_EQ(status_of_run(), ExitStatus::success);
    EXPECT_EQ(machine_.current(), 1);
    EXPECT_EQ(outcome_of(machine_.root(), 1), GenerationOutcome::good);
}

/// systemd calls failed what is stopped while it starts.
TEST_F(FirstInstall, WhatIsStoppedInItsStartIsNotLeftFailed) {
    offer("early");
    machine_.system.fetch_options.parallel = 1;
    machine_.services.works = [](const UnitJob& job) { return job.kind != JobKind::stop; };
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(machine_.services.begun, ElementsAre("early.service"));
    EXPECT_EQ(machine_.services.unit_state("early.service").active, "inactive");
}

/// What was wrong in a run that began nothing can be corrected in the next.
TEST_F(FirstInstall, SettingsAreFixedWhenTheFirstUnitBegins) {
    generation_.manifest.fixed = {{"cluster.pod_cidr", "10.244.0.0/16"}};
    machine_.system.fetch_options.parallel = 1;
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(read_ledger(machine_.root()).fixed, IsEmpty());
    offer("early");
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(read_ledger(machine_.root()).fixed,
                ElementsAre(std::pair("cluster.pod_cidr", "10.244.0.0/16")));
}

/// A generation that never was good may run all the same.
TEST_F(FirstInstall, AFetchThatFailsLeavesWhatWasCurrent) {
    machine_.break_bodies_with("bad");
    ASSERT_NE(machine_.install("bad"), "");
    ASSERT_EQ(machine_.current(), 1);
    offer("early");
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(machine_.services.begun, IsEmpty());
    EXPECT_EQ(machine_.current(), 1);
}

/// Where something is current, all is fetched before anything is touched.
TEST_F(FirstInstall, AnythingLaterFetchesFirst) {
    ASSERT_EQ(machine_.install("one"), "");
    offer("early");
    EXPECT_EQ(status_of_run(), ExitStatus::fetch);
    EXPECT_THAT(machine_.services.begun, IsEmpty());
    EXPECT_EQ(machine_.current(), 1);
}

} // namespace
} // namespace k8s_node::test
