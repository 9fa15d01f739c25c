#include "systemd/unit_failure.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "support/time.hpp"

namespace k8s_node {

namespace {

/// Exit statuses with which systemd reports that it could not execute the program
/// (systemd.exec(5), "Process Exit Codes").
constexpr std::array<std::pair<int, const char*>, 16> systemd_statuses = {{
    {200, "its working directory could not be entered"},
    {203, "its program could not be executed"},
    {206, "its OOM score could not be set"},
    {208, "its standard input could not be set up"},
    {209, "its standard output could not be set up"},
    {214, "its scheduling could not be set up"},
    {216, "its group does not exist or could not be set"},
    {217, "its user does not exist or could not be set"},
    {218, "its capabilities could not be set"},
    {219, "its control group could not be set up"},
    {226, "its mount namespace could not be set up"},
    {228, "its system call filter could not be set up"},
    {233, "its runtime directory could not be created"},
    {238, "its state directory could not be created"},
    {240, "its log directory could not be created"},
    {243, "its credentials could not be set up"},
}};

std::string exited(int status) {
    const auto* known = std::find_if(systemd_statuses.begin(), systemd_statuses.end(),
                                     [&](const auto& entry) { return entry.first == status; });
    return known == systemd_statuses.end() ? fmt::format("exited {}", status)
                                           : fmt::format("exited {} ({})", status, known->second);
}

/// Returns "ExecStart=/bin/x exited 1", as far as it is known.
std::string command_end(const UnitFailure& failure) {
    const auto& end = failure.exit_text;
    const auto* ended = end.empty() ? "failed" : end.c_str();
    return fmt::format("{} {}", failure.command.empty() ? "its process" : failure.command, ended);
}

/// Explains a unit's Result= (systemd.service(5), $SERVICE_RESULT).
std::string explain_service_result(const UnitFailure& failure) {
    const std::string_view result = failure.service_result;
    if (result == "exit-code" || result == "signal" || result == "core-dump") {
        return command_end(failure);
    }
    if (result == "timeout") {
        return failure.command.empty()
                   ? "it was not ready within the time that its unit allows"
                   : fmt::format("{} did not end within the time that its unit allows",
                                 failure.command);
    }
    if (result == "protocol") {
        const auto& end = failure.exit_text;
        return "it ended without reporting that it is ready" + (end.empty() ? end : ", it " + end);
    }
    if (result == "resources") {
        return "systemd could not set up the resources that its unit needs";
    }
    if (result == "watchdog") {
        return "it did not notify the watchdog in time";
    }
    if (result == "start-limit-hit") {
        return "it was started too often in a short time";
    }
    if (result == "oom-kill") {
        return "the machine ran out of memory, or the unit reached its memory limit";
    }
    if (result == "exec-condition") {
        return "its ExecCondition= failed";
    }
    if (result == "success" || result.empty()) {
        return "systemd gives no reason";
    }
    return fmt::format("systemd says \"{}\"", result);
}

std::string explain_dependency(const UnitFailure& failure) {
    return failure.culprit.empty() ? "a unit that it requires did not start"
                                   : "it requires " + failure.culprit + ", which failed";
}

std::string explain(const UnitFailure& failure) {
    switch (failure.job.result) {
    case JobResult::failed:
        return explain_service_result(failure);
    case JobResult::dependency:
        return explain_dependency(failure);
    case JobResult::timeout:
        return "the job exceeded the unit's JobTimeoutSec=";
    case JobResult::canceled:
        return "somebody else's request for the unit replaced it";
    case JobResult::invalid:
        return "the unit's state does not allow this";
    case JobResult::assertion:
        return "an Assert…= condition of the unit is not met";
    case JobResult::unsupported:
        return "this machine does not support units of that type";
    case JobResult::collected:
        return "the unit disappeared in the meantime";
    case JobResult::once:
        return "the unit can be started only once per boot";
    case JobResult::refused:
        return failure.job.word;
    case JobResult::failing:
    case JobResult::still_running:
    case JobResult::done:
    case JobResult::skipped:
    case JobResult::unknown:
        break;
    }
    return fmt::format("systemd's job ended as \"{}\"", failure.job.word);
}

std::string restarted(unsigned restarts) {
    return restarts == 0 ? "" : fmt::format(" (after {} restarts)", restarts);
}

/// Appends the unit's own message to what systemd knows.
std::string quoted(const std::string& reason) {
    return reason.empty() ? reason : "; it says: " + reason;
}

std::string describe_failing(const UnitFailure& failure) {
    const auto& [job, result, word, elapsed] = failure.job;
    const auto cause = explain_service_result(failure);
    return failure.restarts < 2
               ? fmt::format("{} failed in the meantime: {}", job.unit, cause)
               : fmt::format("{} fails repeatedly ({} times within {}): {}", job.unit,
                             failure.restarts, human_duration(elapsed), cause);
}

std::string hint_for(const UnitFailure& failure) {
    const auto& unit = failure.culprit.empty() ? failure.job.job.unit : failure.culprit;
    if (failure.service_result == "start-limit-hit") {
        return fmt::format(
            "find the cause with journalctl -u {0}, then run systemctl reset-failed {0}", unit);
    }
    return fmt::format("systemctl status {0}; journalctl -u {0}", unit);
}

/// A service that does not start is "not ready"; anything else is a general failure.
ExitStatus status_of(const UnitFailure& failure) {
    const bool refused = failure.job.result == JobResult::refused;
    return refused || failure.job.job.kind == JobKind::stop ? ExitStatus::failure
                                                            : ExitStatus::not_ready;
}

} // namespace

std::string text_of(const ProcessEnd& end) {
    switch (end.code) {
    case CLD_EXITED:
        return exited(end.status);
    case CLD_KILLED:
    case CLD_DUMPED:
        break;
    default:
        return {};
    }
    const char* name = ::sigabbrev_np(end.status);
    return fmt::format("killed by signal {}{}{}", end.status,
                       name == nullptr ? "" : fmt::format(" ({})", name),
                       end.code == CLD_DUMPED ? ", core dumped" : "");
}

std::string describe(const UnitFailure& failure) {
    const auto& [job, result, word, elapsed] = failure.job;
    if (result == JobResult::still_running) {
        return describe(PendingJob{job, elapsed, failure.sub_state, failure.status_text});
    }
    if (result == JobResult::refused) {
        return fmt::format("could not {} {}: {}", verb_of(job.kind), job.unit, word);
    }
    if (result == JobResult::failing) {
        return describe_failing(failure) + quoted(failure.reason);
    }
    return fmt::format("{} did not {}: {} after {}{}{}", job.unit, verb_of(job.kind),
                       explain(failure), human_duration(elapsed), restarted(failure.restarts),
                       quoted(failure.reason));
}

UnitError::UnitError(UnitFailure failure)
    : Error(describe(failure), status_of(failure)), failure_(std::move(failure)) {
    for (const auto& line : failure_.journal) {
        with_detail(line);
    }
    try_this(hint_for(failure_));
}

void throw_on_failure(std::span<const UnitFailure> failures) {
    if (failures.empty()) {
        return;
    }
    const auto is_cause = [](const UnitFailure& failure) {
        return failure.job.result != JobResult::dependency;
    };
    auto first = std::find_if(failures.begin(), failures.end(), is_cause);
    if (first == failures.end()) {
        first = failures.begin();
    }
    UnitError error(*first);
    for (const auto& failure : failures) {
        if (&failure != &*first) {
            error.with_detail("also: " + describe(failure));
        }
    }
    throw error;
}

} // namespace k8s_node
