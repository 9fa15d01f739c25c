#include <algorithm>
#include <chrono>
#include <map>
#include <queue>
#include <random>

#include <gtest/gtest.h>

#include "cluster/api_error.hpp"
#include "node/first_boot.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned machine_count = 500;

/// An API server in simulated time: absent at first, then it takes in some machines a second and
/// refuses the others with a Retry-After.
class SimulatedServer {
public:
    SimulatedServer(seconds comes, unsigned per_second, seconds retry_after)
        : comes_(comes), per_second_(per_second), retry_after_(retry_after) {}

    /// Throws what an attempt at that moment ends with, if it fails.
    void ask(milliseconds now) {
        const auto second = std::chrono::floor<seconds>(now);
        const auto asked = ++attempts_[second];
        if (now < comes_) {
            throw Error("Connection refused", ExitStatus::not_yet);
        }
        if (asked > per_second_) {
            throw cluster::ServerError("busy", ExitStatus::not_yet, retry_after_);
        }
    }

    /// Returns the most attempts in one second from this moment on.
    [[nodiscard]] unsigned peak_from(seconds begin) const {
        unsigned peak = 0;
        for (auto each = attempts_.lower_bound(begin); each != attempts_.end(); ++each) {
            peak = std::max(peak, each->second);
        }
        return peak;
    }

private:
    seconds comes_;
    unsigned per_second_;
    seconds retry_after_;
    std::map<seconds, unsigned> attempts_;
};

struct Attempt {
    milliseconds at;
    unsigned tries;
    bool operator>(const Attempt& other) const { return at > other.at; }
};

struct Course {
    milliseconds last_joined{0};
    bool asked_too_early = false;
};

/// Switches on all machines at one moment, and follows them until each has joined.
Course join_all(SimulatedServer& server, seconds retry_after) {
    std::mt19937 random(1);
    std::priority_queue<Attempt, std::vector<Attempt>, std::greater<>> next;
    for (unsigned i = 0; i < machine_count; ++i) {
        next.push({0ms, 0});
    }
    Course course;
    while (!next.empty()) {
        const auto [now, tries] = next.top();
        next.pop();
        try {
            server.ask(now);
            course.last_joined = std::max(course.last_joined, now);
        } catch (const Error& error) {
            const auto jitter = std::uniform_real_distribution<double>(0, 1)(random);
            const auto pause = restart_time + pause_after(tries, error, jitter);
            const bool refused = dynamic_cast<const cluster::ServerError*>(&error) != nullptr;
            course.asked_too_early |= refused && pause < retry_after;
            next.push({now + pause, tries + 1});
        }
    }
    return course;
}

TEST(ManyFirstBoots, SpreadWhileTheServerIsAbsentAndJoinSoonAfterItCame) {
    SimulatedServer server(600s, machine_count, 1s);
    const auto course = join_all(server, 1s);
    EXPECT_LT(server.peak_from(60s), machine_count / 10) << "in one second";
    EXPECT_LE(course.last_joined, 630s) << "half a minute is the longest pause";
}

TEST(ManyFirstBoots, KeepAwayFromABusyServerForAsLongAsItAsks) {
    SimulatedServer server(0s, 20, 60s);
    const auto course = join_all(server, 60s);
    EXPECT_FALSE(course.asked_too_early);
    EXPECT_LT(server.peak_from(1s), machine_count / 10)
        << "those refused at one moment spread, too";
}

} // namespace
} // namespace k8s_node
