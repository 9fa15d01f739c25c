// systemd's jobs as values: what is asked for and how it can end.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace k8s_node {

enum class JobKind { start, restart, stop, reload_or_restart };

/// What happens to jobs of others that are in the way.
enum class JobMode { replace, fail };

/// How a job ended: systemd's result words, and two ways that never become a
/// job's result.
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
    unknown,       ///< a word of a newer systemd
    refused,       ///< systemd did not accept the request
    failing,       ///< systemd starts the unit again and again
    still_running, ///< our deadline passed; the job goes on
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
    std::string word; ///< of systemd; for `refused` its whole answer
    std::chrono::milliseconds elapsed{0};
    bool operator==(const FinishedJob&) const = default;
};

/// A job that is waited for, and what its unit says about itself.
struct PendingJob {
    UnitJob job;
    std::chrono::milliseconds elapsed{0};
    std::string sub_state;   ///< "start-post"
    std::string status_text; ///< STATUS= of sd_notify(3)
    bool operator==(const PendingJob&) const = default;
};

[[nodiscard]] JobResult parse_job_result(std::string_view word);

/// Whether the job got what was asked for.
[[nodiscard]] bool is_success(JobResult result);

/// The method of systemd's manager that makes such a job.
[[nodiscard]] const char* method_of(JobKind kind);
[[nodiscard]] const char* text_of(JobMode mode);

/// "start", "restart", …: for "could not start x".
[[nodiscard]] const char* verb_of(JobKind kind);

/// "etcd.service is still starting after 12 s (start: waiting for quorum)".
[[nodiscard]] std::string describe(const PendingJob& pending);

/// "12 s", "0.35 s", "2 min 5 s".
[[nodiscard]] std::string human_duration(std::chrono::milliseconds duration);

} // namespace k8s_node
