// Files of somebody else at the places of ours.
#include <unistd.h>

#include <gmock/gmock.h>

#include "engine/switch.hpp"
#include "generations/backup.hpp"
#include "generations/ledger.hpp"
#include "support/error.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;
using test::generation_with;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Aside : public testing::Test {
protected:
    Aside() {
        machine_.system.foreign_files = ForeignFiles::replace;
        make_directories(fs::path(path_).parent_path());
        make_directories(machine_.path("/etc/k8s-node"));
    }

    void install(const std::string& content) {
        switch_to(generation_with({{"host/etc/x.d/a", content}}));
    }
    void switch_to(const Generation& generation) {
        const auto current = read_current_generation(machine_.root());
        Plan plan;
        plan.changes = check_switch({generation}, current, machine_.system);
        execute_switch(plan, {generation}, current, machine_.system);
    }
    [[nodiscard]] Ledger ledger() const { return read_ledger(machine_.root()); }

    test::BareMachine machine_;
    std::string path_ = machine_.path("/etc/x.d/a");
    std::string aside_ = path_ + ".before-k8s-node";
};

TEST_F(Aside, WhatForceReplacesComesBack) {
    write_file_atomically(path_, "theirs", {0640, 0, 0});
    install("ours");
    EXPECT_EQ(read_file(path_), "ours");
    EXPECT_EQ(read_file(aside_), "theirs");
    EXPECT_THAT(ledger().backups, ElementsAre("/etc/x.d/a"));
    EXPECT_TRUE(restore_backup(path_));
    EXPECT_EQ(read_file(path_), "theirs");
    EXPECT_EQ(attributes_of(path_)->mode, 0640U);
    EXPECT_FALSE(fs::exists(aside_));
    EXPECT_FALSE(restore_backup(path_)); // and it stays where it is
    EXPECT_EQ(read_file(path_), "theirs");
}

TEST_F(Aside, AnOlderFileOfOursIsNotKept) {
    install("ours");
    install("newer");
    EXPECT_FALSE(fs::exists(aside_));
    EXPECT_THAT(ledger().backups, IsEmpty());
}

TEST_F(Aside, TheFirstOneIsKeptThroughAllChanges) {
    write_file_atomically(path_, "theirs", {});
    install("ours");
    install("newer");
    EXPECT_EQ(read_file(aside_), "theirs");
    EXPECT_THAT(ledger().backups, ElementsAre("/etc/x.d/a"));
}

TEST_F(Aside, ItIsBackWhenNoComponentHasTheFileAnyMore) {
    write_file_atomically(path_, "theirs", {});
    install("ours");
    switch_to(generation_with({}));
    EXPECT_EQ(read_file(path_), "theirs");
    EXPECT_FALSE(fs::exists(aside_));
    EXPECT_EQ(ledger().contains("/etc/x.d/a"), false);
}

TEST_F(Aside, WhatHappenedToBeTheSameIsKeptWhenItChanges) {
    write_file_atomically(path_, "same", {});
    machine_.system.foreign_files = ForeignFiles::refuse;
    install("same");
    EXPECT_FALSE(ledger().contains("/etc/x.d/a"));
    install("changed");
    EXPECT_EQ(read_file(aside_), "same");
}

TEST_F(Aside, LinksThatLeadNowhereAndDirectoriesAreKept) {
    fs::create_symlink("nowhere", path_);
    install("ours");
    EXPECT_EQ(fs::read_symlink(aside_), "nowhere");
    EXPECT_TRUE(restore_backup(path_));
    EXPECT_EQ(fs::read_symlink(path_), "nowhere");

    fs::remove(path_);
    make_directories(path_ + "/inside");
    EXPECT_TRUE(back_up(path_));
    write_file_atomically(path_, "ours", {});
    EXPECT_TRUE(restore_backup(path_));
    EXPECT_TRUE(fs::is_directory(path_ + "/inside"));
}

TEST_F(Aside, ARunThatWasKilledBeforeTheLedgerIsRepeated) {
    write_file_atomically(path_, "theirs", {});
    EXPECT_TRUE(back_up(path_));
    EXPECT_EQ(read_file(path_), "theirs"); // until ours takes its place
    install("ours");
    EXPECT_THAT(ledger().backups, ElementsAre("/etc/x.d/a"));
    EXPECT_EQ(read_file(aside_), "theirs");
}

TEST_F(Aside, WhatWasNotReplacedYetLosesItsSecondName) {
    write_file_atomically(path_, "theirs", {});
    EXPECT_TRUE(back_up(path_));
    EXPECT_TRUE(restore_backup(path_));
    EXPECT_EQ(read_file(path_), "theirs");
    EXPECT_FALSE(fs::exists(aside_));
}

/// The ledger still has it: what puts back was killed before it could disown.
TEST_F(Aside, WhatIsPutBackIsNotOursAlthoughTheLedgerHasIt) {
    write_file_atomically(path_, "theirs", {});
    install("ours");
    ASSERT_TRUE(restore_backup(path_));
    machine_.system.foreign_files = ForeignFiles::refuse;
    EXPECT_THROW(install("newer"), Error);
    EXPECT_EQ(read_file(path_), "theirs");
    machine_.system.foreign_files = ForeignFiles::replace;
    install("newer");
    EXPECT_EQ(read_file(path_), "newer");
    EXPECT_EQ(read_file(aside_), "theirs");
    install("newest"); // ours again
    EXPECT_EQ(read_file(aside_), "theirs");
}

TEST_F(Aside, WhatIsPutBackStaysWhenTheRemovalOfOursIsRepeated) {
    write_file_atomically(path_, "theirs", {});
    install("ours");
    ASSERT_TRUE(restore_backup(path_));
    switch_to(generation_with({}));
    EXPECT_EQ(read_file(path_), "theirs");
    EXPECT_FALSE(ledger().contains("/etc/x.d/a"));
}

TEST_F(Aside, WhatIsPutBackAndTakenAwayBySomebodyIsMadeAndOurs) {
    write_file_atomically(path_, "theirs", {});
    install("ours");
    ASSERT_TRUE(restore_backup(path_));
    fs::remove(path_);
    machine_.system.foreign_files = ForeignFiles::refuse;
    install("newer");
    install("newest");
    EXPECT_EQ(read_file(path_), "newest");
    EXPECT_THAT(ledger().backups, IsEmpty());
}

TEST_F(Aside, NothingIsReplacedThatCannotBeKept) {
    write_file_atomically(path_, "theirs", {});
    write_file_atomically(aside_, "theirs, too", {});
    try {
        install("ours");
        FAIL() << "one of them would be lost";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        EXPECT_THAT(error.message(), HasSubstr("/etc/x.d/a.before-k8s-node is already there"));
    }
    EXPECT_EQ(read_file(path_), "theirs");
    EXPECT_EQ(read_file(aside_), "theirs, too");
}

} // namespace
} // namespace k8s_node
