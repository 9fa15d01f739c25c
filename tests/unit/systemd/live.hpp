// Units of a test's own in a real systemd. For a throw-away machine only:
// tests/machine/test_systemd_room.py runs these tests there.
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/file.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "support/handle.hpp"
#include "systemd/systemd_manager.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {

/// A failure that was not expected is read in a test's output.
inline void PrintTo(const UnitFailure& failure, std::ostream* out) {
    *out << describe(failure);
}

class Recorder : public JobObserver {
public:
    void finished(const FinishedJob& job) override { ended.push_back(job.job.unit); }
    void waiting(std::span<const PendingJob> jobs) override {
        for (const auto& job : jobs) {
            heartbeats.push_back(job);
        }
    }
    std::vector<std::string> ended;
    std::vector<PendingJob> heartbeats;
};

class Live : public testing::Test {
protected:
    void TearDown() override {
        // A connection of its own, for a test may have ended the other one.
        EventLoop loop;
        SystemdManager manager(Bus::open_system(loop));
        for (const auto& unit : written_) {
            const UnitJob stop{JobKind::stop, unit};
            static_cast<void>(manager.run({&stop, 1}, options_, observer_));
            manager.reset_failed(unit);
            std::filesystem::remove(directory / unit);
        }
        manager.reload();
    }

    void write(const std::string& unit, const std::string& text) {
        write_file_atomically(directory / unit, text, {});
        written_.push_back(unit);
    }
    void service(const std::string& unit, const std::string& lines) {
        write(unit, "[Service]\n" + lines);
    }
    std::vector<UnitFailure> run(JobKind kind, const std::vector<std::string>& units) {
        std::vector<UnitJob> jobs;
        for (const auto& unit : units) {
            jobs.push_back({kind, unit});
        }
        return manager_.run(jobs, options_, observer_);
    }
    std::vector<UnitFailure> start(const std::vector<std::string>& units) {
        manager_.reload();
        return run(JobKind::start, units);
    }
    /// A unit that has started well and only then runs `script`, at each of its
    /// starts: its first one waits for a lock that is given up when it is up.
    void start_then_fail(const std::string& unit, const std::string& lines,
                         const std::string& script) {
        const auto lock_file = scratch_.path() / "lock";
        UniqueFd lock(open(lock_file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
        ASSERT_EQ(flock(lock.get(), LOCK_EX), 0);
        service(unit, "Type=exec\n" + lines + "ExecStart=flock " + lock_file.string() + " sh -c '" +
                          script + "'\n");
        EXPECT_THAT(start({unit}), testing::IsEmpty());
    }
    UnitFailure start_and_fail(const std::string& unit) {
        auto failures = start({unit});
        EXPECT_THAT(failures, testing::SizeIs(1));
        return failures.empty() ? UnitFailure{} : failures.front();
    }

    const std::filesystem::path directory = "/run/systemd/system";
    const test::TemporaryDirectory scratch_;
    EventLoop loop_;
    SystemdManager manager_{Bus::open_system(loop_)};
    JobOptions options_{.deadline = std::chrono::seconds(30)};
    Recorder observer_;

private:
    std::vector<std::string> written_;
};

} // namespace k8s_node
