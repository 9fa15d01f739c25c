// systemd's jobs as values: the request and its possible results.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace k8s_node {

enum class JobKind { start, restart, stop, reload_or_restart };

/// A new job replaces the conflicting jobs of others, or fails because of them.
enum class JobMode { replace, fail };

/// How a job ended: systemd's results, and further ones that are not results of systemd jobs.
enum class JobResult {
    done,
    skipped, ///< nothing to do for a unit in this state
    canceled,
    timeout,
    dependency,
    failed,
    invalid,
    assertion,
    unsupported,
    collected,
    once,
    unknown,       ///< a result of a newer systemd
    refused,       ///< systemd did not accept the request
    failing,       ///< the unit fails repeatedly and systemd restarts it
    still_running, ///< our deadline passed; the job continues
};

/// One request, e.g. {JobKind::start, "etcd.service"}.
struct UnitJob {
    JobKind kind = JobKind::start;
    std::string unit;
    bool operator==(const UnitJob&) const = default;
};

struct FinishedJob {
    UnitJob job;
    JobResult result = JobResult::done;
    std::string word; ///< systemd's result; for `refused` its whole message
    std::chrono::milliseconds elapsed{0};
    bool operator==(const FinishedJob&) const = default;
};

/// A job that is waited for, and the status that its unit reports.
struct PendingJob {
    UnitJob job;
    std::chrono::milliseconds elapsed{0};
    std::string sub_state;   ///< "start-post"
    std::string status_text; ///< STATUS= of sd_notify(3)
    bool operator==(const PendingJob&) const = default;
};

[[nodiscard]] JobResult parse_job_result(std::string_view word);

/// True if the job did what was requested.
[[nodiscard]] bool is_success(JobResult result);

/// Returns the method of systemd's manager that creates such a job.
[[nodiscard]] const char* method_of(JobKind kind);
[[nodiscard]] const char* text_of(JobMode mode);

/// Returns "start", "restart", … for "could not start x".
[[nodiscard]] const char* verb_of(JobKind kind);

/// Returns "etcd.service is still starting after 12 s (start: waiting for quorum)".
[[nodiscard]] std::string describe(const PendingJob& pending);

} // namespace k8s_node
