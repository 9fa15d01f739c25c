// Jobs of systemd for the node's units, told as they go.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Tells the journal and the terminal how units come up.
class UnitProgress final : public JobObserver {
public:
    explicit UnitProgress(System& system) : system_(system) {}

    void finished(const FinishedJob& job) override;
    void waiting(std::span<const PendingJob> jobs) override;

private:
    /// A start that was begun earlier took longer than somebody waited for it.
    [[nodiscard]] std::chrono::milliseconds took(const FinishedJob& job) const;

    System& system_;
};

/// All at once, and waits for them while the units of `next` are watched, too.
/// Throws UnitError.
void run_jobs(const std::vector<UnitJob>& jobs, const Generation& next, System& system);

} // namespace k8s_node
