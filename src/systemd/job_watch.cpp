#include "systemd/job_watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace k8s_node {

namespace {

using std::chrono::milliseconds;

milliseconds since(JobWatch::Clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(JobWatch::Clock::now() - start);
}

} // namespace

JobWatch::JobWatch(const Bus& bus)
    : bus_(bus), removed_slot_(bus.match_manager_signal("JobRemoved", &on_job_removed, this)) {}

void JobWatch::request(const UnitJob& job, JobMode mode) {
    const auto attempt = fmt::format("{} {}", verb_of(job.kind), job.unit);
    const auto begin = Clock::now();
    const auto reply =
        bus_.call_manager(attempt, method_of(job.kind), "ss", job.unit.c_str(), text_of(mode));
    const char* path = nullptr;
    check(sd_bus_message_read(reply.get(), "o", &path), attempt);
    // Two equal requests are one job, which is reported once.
    running_.try_emplace(path, Running{job, begin});
}

std::vector<FinishedJob> JobWatch::wait(Clock::time_point until,
                                        const std::function<bool()>& news) {
    bus_.loop().run_until([&] { return !finished_.empty() || running_.empty() || news(); }, until);
    return std::exchange(finished_, {});
}

std::vector<PendingJob> JobWatch::running() const {
    std::vector<PendingJob> jobs;
    for (const auto& [path, running] : running_) {
        jobs.push_back({running.job, since(running.since), {}, {}});
    }
    std::sort(jobs.begin(), jobs.end(),
              [](const auto& one, const auto& other) { return one.job.unit < other.job.unit; });
    return jobs;
}

int JobWatch::on_job_removed(sd_bus_message* message, void* self,
                             sd_bus_error* /*error*/) noexcept {
    auto& watch = *static_cast<JobWatch*>(self);
    watch.bus_.loop().guard([&] { watch.job_removed(message); });
    return 0;
}

void JobWatch::job_removed(sd_bus_message* message) {
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* word = nullptr;
    check(sd_bus_message_read(message, "uoss", &id, &path, &unit, &word),
          "read the end of a job from systemd");
    const auto found = running_.find(path);
    if (found == running_.end()) {
        return;
    }
    const auto& running = found->second;
    finished_.push_back({running.job, parse_job_result(word), word, since(running.since)});
    running_.erase(found);
}

} // namespace k8s_node
