// systemd jobs for the node's units, with progress reports.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// Reports to the journal and the terminal how units start.
class UnitProgress final : public JobObserver {
public:
    explicit UnitProgress(System& system) : system_(system) {}

    void finished(const FinishedJob& job) override;
    void waiting(std::span<const PendingJob> jobs) override;

private:
    /// Returns the duration of a job; that of a start includes the time before this run began to
    /// wait for it.
    [[nodiscard]] std::chrono::milliseconds took(const FinishedJob& job) const;

    System& system_;
};

/// Runs all jobs at once and waits for them, while the units of `next` are watched too. Throws
/// UnitError.
void run_jobs(const std::vector<UnitJob>& jobs, const Generation& next, System& system);

} // namespace k8s_node
