#include "systemd/job.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<std::string_view, JobResult>, 11> result_words = {{
    {"done", JobResult::done},
    {"skipped", JobResult::skipped},
    {"canceled", JobResult::canceled},
    {"timeout", JobResult::timeout},
    {"dependency", JobResult::dependency},
    {"failed", JobResult::failed},
    {"invalid", JobResult::invalid},
    {"assert", JobResult::assertion},
    {"unsupported", JobResult::unsupported},
    {"collected", JobResult::collected},
    {"once", JobResult::once},
}};

const char* participle_of(JobKind kind) {
    switch (kind) {
    case JobKind::start:
        return "starting";
    case JobKind::restart:
        return "restarting";
    case JobKind::stop:
        return "stopping";
    case JobKind::reload_or_restart:
        break;
    }
    return "reloading";
}

} // namespace

JobResult parse_job_result(std::string_view word) {
    const auto* found = std::find_if(result_words.begin(), result_words.end(),
                                     [&](const auto& known) { return known.first == word; });
    return found == result_words.end() ? JobResult::unknown : found->second;
}

bool is_success(JobResult result) {
    return result == JobResult::done || result == JobResult::skipped;
}

const char* method_of(JobKind kind) {
    switch (kind) {
    case JobKind::start:
        return "StartUnit";
    case JobKind::restart:
        return "RestartUnit";
    case JobKind::stop:
        return "StopUnit";
    case JobKind::reload_or_restart:
        break;
    }
    return "ReloadOrRestartUnit";
}

const char* text_of(JobMode mode) {
    return mode == JobMode::fail ? "fail" : "replace";
}

const char* verb_of(JobKind kind) {
    switch (kind) {
    case JobKind::start:
        return "start";
    case JobKind::restart:
        return "restart";
    case JobKind::stop:
        return "stop";
    case JobKind::reload_or_restart:
        break;
    }
    return "reload";
}

std::string describe(const PendingJob& pending) {
    auto text = fmt::format("{} is still {} after {}", pending.job.unit,
                            participle_of(pending.job.kind), human_duration(pending.elapsed));
    if (pending.sub_state.empty()) {
        return text;
    }
    const auto* colon = pending.status_text.empty() ? "" : ": ";
    return fmt::format("{} ({}{}{})", text, pending.sub_state, colon, pending.status_text);
}

} // namespace k8s_node
