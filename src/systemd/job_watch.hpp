// Requests jobs and learns how they end.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "systemd/bus.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

/// The watch exists before the first request, so that no end of a job is missed. A request handles
/// signals that arrive while it waits for its reply.
class JobWatch {
public:
    using Clock = std::chrono::steady_clock;

    JobWatch(const Bus& bus);
    JobWatch(const JobWatch&) = delete;
    JobWatch& operator=(const JobWatch&) = delete;
    JobWatch(JobWatch&&) = delete;
    JobWatch& operator=(JobWatch&&) = delete;
    ~JobWatch() = default;

    /// Enqueues a job and returns at once. Throws Error if systemd refuses.
    void request(const UnitJob& job, JobMode mode);

    /// Waits until at least one requested job has ended, `until` is reached, or there is `news`,
    /// and returns the jobs that have ended. Throws Error if the connection is lost.
    [[nodiscard]] std::vector<FinishedJob> wait(Clock::time_point until,
                                                const std::function<bool()>& news);

    /// Returns the requested jobs that are running, in the order of their units' names.
    [[nodiscard]] std::vector<PendingJob> running() const;
    /// True if no job is running and all ends have been reported: others may run the loop between
    /// two waits.
    [[nodiscard]] bool idle() const noexcept { return running_.empty() && finished_.empty(); }
    /// True if jobs have ended since the last wait: calls to systemd also hear of them.
    [[nodiscard]] bool has_news() const noexcept { return !finished_.empty(); }

private:
    struct Running {
        UnitJob job;
        Clock::time_point since;
    };

    static int on_job_removed(sd_bus_message* message, void* self, sd_bus_error* error) noexcept;
    void job_removed(sd_bus_message* message);

    const Bus& bus_;
    std::map<std::string, Running> running_; ///< by object path of the job
    std::vector<FinishedJob> finished_;
    Slot removed_slot_;
};

} // namespace k8s_node
