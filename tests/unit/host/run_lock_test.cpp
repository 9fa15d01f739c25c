#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/run_lock.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::host {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

RunLock::Clock::time_point in(std::chrono::milliseconds time) {
    return RunLock::Clock::now() + time;
}

void nobody_waits(const std::string& holder) {
    ADD_FAILURE() << "waited for " << holder;
}

/// Another process that holds the lock until it is told to let go or killed.
class Holder {
public:
    Holder(const std::filesystem::path& path, const char* verb) {
        std::array<int, 2> ready{};
        std::array<int, 2> let_go{};
        if (::pipe2(ready.data(), O_CLOEXEC) < 0 || ::pipe2(let_go.data(), O_CLOEXEC) < 0) {
            throw system_error(errno, "pipe");
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            hold(path, verb, ready[1], let_go[0]);
        }
        ::close(ready[1]);
        ::close(let_go[0]);
        let_go_.reset(let_go[1]);
        const UniqueFd signal(ready[0]);
        char byte = 0;
        EXPECT_EQ(::read(signal.get(), &byte, 1), 1);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
        kill();
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill() const { ::kill(pid_, SIGKILL); }
    /// Drops the lock; the process lives on.
    void let_go() const { write_all(let_go_.get(), "x", "tell the holder"); }

private:
    [[noreturn]] static void hold(const std::filesystem::path& path, const char* verb, int ready,
                                  int let_go) {
        char byte = 0;
        {
            const auto lock = RunLock::acquire(path, verb, in(10s), [](const auto&) {});
            write_all(ready, "x", "tell the test");
            static_cast<void>(::read(let_go, &byte, 1));
        }
        ::pause();
        ::_exit(0);
    }

    pid_t pid_ = 0;
    UniqueFd let_go_;
};

class Lock : public testing::Test {
protected:
    /// Whose name is in the lock file.
    [[nodiscard]] std::optional<LockHolder> signer() const {
        return LockHolder::parse(read_file_if_exists(path_).value_or(""));
    }

    test::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "lock";
};

TEST_F(Lock, SaysWhoHoldsIt) {
    EXPECT_FALSE(signer());
    {
        const auto lock = RunLock::acquire(path_, "install", in(0ms), nobody_waits);
        const auto holder = signer();
        ASSERT_TRUE(holder);
        EXPECT_EQ(holder->pid, ::getpid());
        EXPECT_EQ(holder->verb, "install");
        EXPECT_THAT(holder->since, testing::MatchesRegex("....-..-..T..:..:..Z"));
    }
    EXPECT_FALSE(signer());
    EXPECT_EQ(read_file(path_), "");
}

TEST_F(Lock, TellsOthersOfItsHolderWithoutTakingPart) {
    EXPECT_FALSE(lock_holder(path_)) << "there is no file";
    {
        const auto lock = RunLock::acquire(path_, "install", in(0ms), nobody_waits);
        EXPECT_THAT(lock_holder(path_).value_or(""), testing::StartsWith("'install' (process "));
    }
    EXPECT_FALSE(lock_holder(path_));
    write_file_atomically(path_, "4711 install 2026-01-02T03:04:05Z\n", {});
    EXPECT_FALSE(lock_holder(path_)) << "of a dead run";
}

TEST_F(Lock, IsFreeAgainAfterItsScope) {
    for (const auto* verb : {"install", "upgrade"}) {
        const auto lock = RunLock::acquire(path_, verb, in(0ms), nobody_waits);
        EXPECT_EQ(signer()->verb, verb);
    }
}

TEST_F(Lock, GivesUpAtTheDeadlineNamingTheHolder) {
    const Holder other(path_, "upgrade");
    std::vector<std::string> waited_for;
    try {
        static_cast<void>(RunLock::acquire(
            path_, "install", in(50ms), [&](const auto& holder) { waited_for.push_back(holder); }));
        FAIL() << "two runs hold the lock";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::busy);
        EXPECT_THAT(error.message(),
                    HasSubstr("'upgrade' (process " + std::to_string(other.pid()) + ")"));
    }
    EXPECT_THAT(waited_for, ElementsAre(HasSubstr("'upgrade'")));
    EXPECT_EQ(signer()->pid, other.pid());
}

TEST_F(Lock, PassesOnWhenTheHolderIsKilled) {
    const Holder other(path_, "upgrade");
    const auto lock =
        RunLock::acquire(path_, "install", in(10s), [&](const auto&) { other.kill(); });
    EXPECT_EQ(signer()->pid, ::getpid());
}

TEST_F(Lock, PassesOnWhenTheHolderLetsGoAndLivesOn) {
    const Holder other(path_, "upgrade");
    const auto lock =
        RunLock::acquire(path_, "install", in(10s), [&](const auto&) { other.let_go(); });
    EXPECT_EQ(signer()->verb, "install");
}

TEST_F(Lock, IsTakenDespiteTheNameOfADeadRun) {
    std::ofstream(path_) << "1 install 2024-01-01T00:00:00Z\n";
    const auto lock = RunLock::acquire(path_, "reset", in(0ms), nobody_waits);
    EXPECT_EQ(signer()->verb, "reset");
}

/// Whoever can open it could hold a lock on it.
TEST_F(Lock, IsNotForOthersToOpen) {
    std::ofstream(path_).close();
    std::filesystem::permissions(path_, std::filesystem::perms(0644));
    const auto lock = RunLock::acquire(path_, "install", in(0ms), nobody_waits);
    EXPECT_EQ(attributes_of(path_)->mode, 0600U);
}

TEST_F(Lock, TellsOfAHolderThatHasNoName) {
    std::ofstream(path_).close();
    UniqueFd other(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    struct flock shared {};
    shared.l_type = F_RDLCK;
    ASSERT_EQ(::fcntl(other.get(), F_OFD_SETLK, &shared), 0);
    std::vector<std::string> waited_for;
    const auto lock = RunLock::acquire(path_, "install", in(10s), [&](const auto& holder) {
        waited_for.push_back(holder);
        other.reset();
    });
    EXPECT_THAT(waited_for, ElementsAre(HasSubstr("another run, whose name is not in")));
}

TEST_F(Lock, IsTheOneWithItsNameAlsoAfterARemoval) {
    const Holder other(path_, "reset");
    const auto lock = RunLock::acquire(path_, "install", in(10s), [&](const auto&) {
        std::filesystem::remove(path_);
        other.kill();
    });
    ASSERT_TRUE(signer()) << "the lock is on a file that has no name";
    EXPECT_EQ(signer()->verb, "install");
}

TEST(LockHolderText, IsReadBackOrRefused) {
    const LockHolder holder{42, "install", "2026-01-02T03:04:05Z"};
    EXPECT_EQ(LockHolder::parse(holder.text()), holder);
    for (const auto* bad : {"", "42", "42 install", "x install now", "-1 install now", "1  now"}) {
        EXPECT_FALSE(LockHolder::parse(bad)) << bad;
    }
}

} // namespace
} // namespace k8s_node::host
