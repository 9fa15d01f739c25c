// Entries that are there: cached, checked, replaced, collected, survived.
#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "store/staging.hpp"
#include "support/files.hpp"
#include "test_artifacts.hpp"
#include "unit/support/interrupted_child.hpp"

namespace k8s_node::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class EntriesTest : public StoreTest {
protected:
    void edit(const Artifact& artifact, const std::string& path, std::string_view text) {
        const auto file = store.entry(artifact) / path;
        fs::permissions(file.parent_path(), fs::perms::owner_all);
        write_file_atomically(file, text, {0555, ::geteuid(), ::getegid()});
        fs::permissions(file.parent_path(), fs::perms(0555));
    }
};

TEST_F(EntriesTest, CompleteEntryIsNeverFetchedAgain) {
    const auto artifact = offer("runc", "binary");
    EXPECT_FALSE(store.contains(artifact));
    fetch(artifact);
    EXPECT_TRUE(store.contains(artifact));
    fs::remove_all(mirror);
    fetch({artifact, artifact});
    EXPECT_EQ(observer.urls.size(), 1U);
    EXPECT_EQ(observer.verified_count, 1);
    EXPECT_EQ(observer.published_count, 1);
}

TEST_F(EntriesTest, ManyAreFetchedAtOnce) {
    std::vector<Artifact> artifacts;
    for (unsigned i = 0; i < 12; ++i) {
        artifacts.push_back(offer("file" + std::to_string(i), noise(100'000, i)));
    }
    fetch(artifacts);
    EXPECT_EQ(observer.published_count, 12);
    EXPECT_THAT(store.verify(), IsEmpty());
}

TEST_F(EntriesTest, ASignalEndsAFetchAndAVerification) {
    const auto there = offer("there", noise(1'000'000));
    fetch(there);
    const auto artifact = offer("runc", noise(1'000'000));
    test::expect_interrupted([&] {
        EventLoop own(interrupt_token());
        store.fetch(std::vector{artifact}, options, observer, own);
    });
    test::expect_interrupted([&] { static_cast<void>(store.verify()); });
    EXPECT_FALSE(store.contains(artifact));
    fetch(artifact);
    EXPECT_THAT(store.verify(), IsEmpty());
}

/// Notes what is in the store when a download of another begins.
class BeginsAfter : public FetchObserver {
public:
    BeginsAfter(const Store& store, Artifact first) : store_(store), first_(std::move(first)) {}
    void started(const Artifact& artifact, std::string_view) noexcept override {
        early = early || (artifact.name != first_.name && !store_.contains(first_));
    }
    std::atomic<bool> early = false;

private:
    const Store& store_;
    Artifact first_;
};

TEST_F(EntriesTest, WhatIsUrgentIsThereBeforeOthersAreBegun) {
    std::vector<Artifact> artifacts;
    for (unsigned i = 0; i < 4; ++i) {
        artifacts.push_back(offer("file" + std::to_string(i), noise(1'000'000, i)));
    }
    options.urgent = {artifacts[2].store_name()};
    BeginsAfter order(store, artifacts[2]);
    store.fetch(artifacts, options, order, loop);
    EXPECT_FALSE(order.early);
    EXPECT_EQ(store.verify().size(), 0U);
    EXPECT_TRUE(store.contains(artifacts[0]));
}

TEST_F(EntriesTest, QuickCheckReadsAFileThatWasTouched) {
    const auto artifact = offer("runc", "binary");
    fetch(artifact);
    const std::vector artifacts = {artifact};
    const auto path = store.entry(artifact) / "bin/runc";
    fs::last_write_time(path, fs::file_time_type::clock::now());
    EXPECT_THAT(store.check_quick(artifacts), IsEmpty());
    edit(artifact, "bin/runc", "BINARY");
    const auto problems = store.check_quick(artifacts);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems.front().path, "bin/runc");
    EXPECT_THAT(problems.front().what, StartsWith("was edited"));
    EXPECT_EQ(store.check_named(artifact.store_name()), problems);
}

TEST_F(EntriesTest, VerifyFindsAnEditThatHidesItsTime) {
    const auto artifact = offer("runc", "binary");
    fetch(artifact);
    const auto path = store.entry(artifact) / "bin/runc";
    const auto time = fs::last_write_time(path);
    edit(artifact, "bin/runc", "BINARY");
    fs::last_write_time(path, time);
    const std::vector artifacts = {artifact};
    EXPECT_THAT(store.check_quick(artifacts), IsEmpty());
    const auto problems = store.verify();
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems.front().entry, artifact.store_name());
    EXPECT_EQ(problems.front().path, "bin/runc");
    EXPECT_THAT(problems.front().what, StartsWith("was edited"));

    static_cast<void>(store.gc({}));
    fetch(artifact);
    EXPECT_THAT(store.verify(), IsEmpty());
}

TEST_F(EntriesTest, VerifyLooksAtAllThatIsThereAndAtWhatIsNeeded) {
    EXPECT_THAT(store.verify(), IsEmpty()); // not even a directory
    const auto one = offer("runc", "binary");
    const auto other = offer("crictl", "binary");
    fetch({one, other});
    edit(one, "bin/runc", "BINARY");
    fs::permissions(store.entry(other), fs::perms::owner_all);
    fs::remove(store.entry(other) / ".entry.json");
    std::vector<std::string> told;
    for (const auto& problem : store.verify({"gone-1.0.0-0123", one.store_name()})) {
        told.push_back(problem.entry + ":" + problem.path);
    }
    EXPECT_THAT(told, ElementsAre(other.store_name() + ":.entry.json",
                                  "gone-1.0.0-0123:", one.store_name() + ":bin/runc"));
}

TEST_F(EntriesTest, QuickCheckFindsWhatAttributesShow) {
    const auto artifact = offer("runc", "binary");
    const std::vector artifacts = {artifact};
    const auto what = [&] {
        const auto problems = store.check_quick(artifacts);
        return problems.size() == 1 ? problems.front().path + " " + problems.front().what
                                    : std::to_string(problems.size()) + " problems";
    };
    EXPECT_EQ(what(), " is missing");
    fetch(artifact);
    const auto file = store.entry(artifact) / "bin/runc";
    edit(artifact, "bin/runc", "longer than it was");
    EXPECT_EQ(what(), "bin/runc has 18 bytes instead of 6");
    edit(artifact, "bin/runc", "binary");
    fs::permissions(file, fs::perms(04755));
    EXPECT_EQ(what(), "bin/runc has mode 4755 instead of 0555");
    fs::permissions(file, fs::perms(0555));
    edit(artifact, "bin/stranger", "x");
    EXPECT_EQ(what(), "bin/stranger is not part of the entry");
    fs::permissions(file.parent_path(), fs::perms::owner_all);
    fs::remove(file.parent_path() / "stranger");
    fs::remove(file);
    EXPECT_EQ(what(), "bin/runc is missing");
    fs::create_symlink("/bin/sh", file);
    EXPECT_EQ(what(), "bin/runc is no longer a regular file");
}

TEST_F(EntriesTest, DamagedEntryIsReplacedByTheNextFetch) {
    const auto artifact = offer("runc", "binary");
    fetch(artifact);
    edit(artifact, "bin/runc", "cut");
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/runc"), "binary");
    EXPECT_THAT(names(), ElementsAre(artifact.store_name()));
}

TEST_F(EntriesTest, EntryGrowsWhenAnotherComponentWantsMoreOfTheArchive) {
    const std::vector<TestMember> members = {{"a", "is a"}, {"b", "is b"}};
    auto artifact = offer_tar(members, {{"a", "bin/a"}});
    fetch(artifact);
    artifact.members = {{"b", "bin/b"}};
    EXPECT_FALSE(store.contains(artifact));
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/b"), "is b");
    EXPECT_EQ(content(artifact, "bin/a"), "is a") << "an older generation still uses it";
}

TEST_F(EntriesTest, GcKeepsWhatIsNamedAndWhatIsNotItsOwn) {
    const auto kept = offer("kept", "1");
    const auto dropped = offer("dropped", "2");
    fetch({kept, dropped});
    make_directories(store.directory() / "operators-own");
    make_directories(store.directory() / ".staging-dead");
    EXPECT_THAT(store.gc({kept.store_name()}), ElementsAre(dropped.store_name()));
    EXPECT_THAT(names(), ElementsAre(kept.store_name(), "operators-own"));
    EXPECT_THAT(store.gc({kept.store_name()}), IsEmpty());
}

TEST_F(EntriesTest, AnUnfinishedFileOfAKilledRunIsRemoved) {
    make_directories(store.directory());
    write_file_atomically(staged_file(store.directory(), "image"), "half", {});
    store.remove_leftovers();
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(EntriesTest, GcOfAStoreThatIsNotThereYetIsNothing) {
    EXPECT_THAT(store.gc({}), IsEmpty());
}

enum class Moment { started, verified, published };

/// Tells the parent that the moment is there, and stays in it.
class StopsAt : public FetchObserver {
public:
    StopsAt(Moment moment, int pipe) : moment_(moment), pipe_(pipe) {}
    void started(const Artifact& /*artifact*/, std::string_view /*url*/) noexcept override {
        stay_if(Moment::started);
    }
    void verified(const Artifact& /*artifact*/) noexcept override { stay_if(Moment::verified); }
    void published(const Artifact& /*artifact*/,
                   std::chrono::duration<double> /*took*/) noexcept override {
        stay_if(Moment::published);
    }

private:
    void stay_if(Moment moment) const {
        if (moment == moment_) {
            static_cast<void>(::write(pipe_, "x", 1));
            ::pause();
        }
    }
    Moment moment_;
    int pipe_;
};

class KilledTest : public EntriesTest, public ::testing::WithParamInterface<Moment> {
protected:
    /// Fetches in a child that is killed with SIGKILL at the moment.
    void fetch_and_kill(const Artifact& artifact, Moment moment) {
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            StopsAt stops(moment, pipe[1]);
            EventLoop own; // sd-event works in the process that made it
            store.fetch(std::vector{artifact}, options, stops, own);
            ::_exit(1);
        }
        ::close(pipe[1]);
        char byte = 0;
        EXPECT_EQ(::read(pipe[0], &byte, 1), 1);
        ::close(pipe[0]);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
};

TEST_P(KilledTest, LeavesOnlyStagingAndTheNextRunFinishes) {
    const auto artifact = offer("runc", "binary");
    fetch_and_kill(artifact, GetParam());
    for (const auto& name : names()) {
        if (GetParam() == Moment::published) {
            EXPECT_THAT(store.verify(), IsEmpty());
        } else {
            EXPECT_THAT(name, StartsWith(".staging-"));
        }
    }
    EXPECT_THAT(names(), ::testing::Not(IsEmpty()));
    fetch(artifact);
    EXPECT_THAT(names(), ElementsAre(artifact.store_name()));
    EXPECT_EQ(content(artifact, "bin/runc"), "binary");
}

INSTANTIATE_TEST_SUITE_P(Moments, KilledTest,
                         ::testing::Values(Moment::started, Moment::verified, Moment::published));

} // namespace
} // namespace k8s_node::testing
