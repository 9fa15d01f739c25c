// Runs a set of jobs to completion: waits, reports progress, and explains failures.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/job_watch.hpp"
#include "systemd/manager.hpp"

namespace k8s_node {

class FailureWatch;

class JobRun {
public:
    JobRun(const Bus& bus, const JobOptions& options, JobObserver& observer)
        : bus_(bus), options_(options), observer_(observer), watch_(bus) {}

    /// Like ServiceManager::run().
    [[nodiscard]] std::vector<UnitFailure> run(std::span<const UnitJob> jobs);

private:
    using Clock = JobWatch::Clock;

    void request(const UnitJob& job);
    void wait_for_all(FailureWatch& units);
    void finish(const std::vector<FinishedJob>& jobs);
    [[nodiscard]] std::set<std::string> waited_for() const;
    void tell_heartbeat();
    void give_up();
    [[nodiscard]] UnitFailure explain(const FinishedJob& job) const;
    void quote_journal(UnitFailure& failure) const;
    [[nodiscard]] std::string find_culprit(const std::string& unit,
                                           std::set<std::string>& seen) const;

    const Bus& bus_;
    const JobOptions& options_;
    Clock::time_point begin_{};
    Clock::time_point deadline_{};
    JobObserver& observer_;
    JobWatch watch_;
    std::vector<UnitFailure> failures_;
};

} // namespace k8s_node
