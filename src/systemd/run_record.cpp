#include "systemd/run_record.hpp"

#include <chrono>

#include "model/run_timeline.hpp"
#include "support/messages.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string joined_lines(const std::string& first, const std::vector<std::string>& more) {
    std::string text = first;
    for (const auto& line : more) {
        text += '\n' + line;
    }
    return text;
}

Fields fields_of(const std::string& verb, const Error& error) {
    Fields fields = {
        {"K8S_NODE_VERB", verb},
        {"K8S_NODE_EXIT_STATUS", std::to_string(static_cast<int>(error.status()))},
        {"K8S_NODE_HINT",
         error.hint().empty() ? "k8s-node-install " + verb + " --verbose" : error.hint()},
    };
    if (!error.phase().empty()) {
        fields.emplace_back("K8S_NODE_PHASE", error.phase());
    }
    return fields;
}

std::string steps_text() {
    return write_steps(timeline_of_this_run({}).steps);
}

/// Names the unit that failed, not the one that waited for it. With the second field `journalctl
/// -u UNIT` shows the record with the unit's own.
void add_unit(Fields& fields, const UnitFailure& failure) {
    const auto& unit = failure.culprit.empty() ? failure.job.job.unit : failure.culprit;
    fields.emplace_back("K8S_NODE_UNIT", unit);
    fields.emplace_back("OBJECT_SYSTEMD_UNIT", unit);
}

/// Returns the record of the cause, without a message id if there is no specific one.
Event cause_of(const Error& error, Fields fields) {
    Event event{Priority::error, error.message(), {}, std::move(fields)};
    if (const auto* unit = dynamic_cast<const UnitError*>(&error)) {
        // Its details are journal lines, which the journal already has.
        event.message_id = message::unit_failed;
        add_unit(event.fields, unit->failure());
        return event;
    }
    if (error.status() == ExitStatus::verification) {
        event.message_id = message::verification_failed;
    } else if (error.status() == ExitStatus::unsuitable) {
        event.message_id = message::preflight_failed;
    }
    event.message = joined_lines(error.message(), error.details());
    return event;
}

/// Returns the failure and its reason, then `evidence`, then the hint.
std::string summary_of(const std::string& verb, const Error& error,
                       const std::vector<std::string>& evidence) {
    std::string text = verb + " failed: " + error.message();
    for (const auto& frame : error.frames()) {
        text += ", while " + frame;
    }
    text = joined_lines(text, evidence);
    return error.hint().empty() ? text : text + "\ntry: " + error.hint();
}

void report_failure(EventSink& events, const std::string& verb, const Error& error) {
    for (const auto& event : failure_events(verb, error)) {
        events.report(event);
    }
}

} // namespace

std::vector<Event> failure_events(const std::string& verb, const Error& error) {
    std::vector<Event> events;
    auto cause = cause_of(error, fields_of(verb, error));
    const bool has_record = !cause.message_id.empty(); // which has the details
    const Event end{
        Priority::error,
        summary_of(verb, error, has_record ? std::vector<std::string>{} : error.details()),
        message::run_failed, cause.fields};
    if (has_record) {
        events.push_back(std::move(cause));
    }
    events.push_back(end);
    return events;
}

ExitStatus recorded_run(const std::string& verb, EventSink& events,
                        const std::function<ExitStatus()>& run) {
    const auto start = std::chrono::steady_clock::now();
    events.report(
        {Priority::info, verb + " started", message::run_started, {{"K8S_NODE_VERB", verb}}});
    try {
        const auto status = run();
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start);
        events.report(
            {Priority::info,
             verb + " finished after " +
                 human_duration(std::chrono::duration_cast<std::chrono::milliseconds>(took)),
             message::run_finished,
             {{"K8S_NODE_VERB", verb},
              {"K8S_NODE_EXIT_STATUS", std::to_string(static_cast<int>(status))},
              {"K8S_NODE_DURATION_USEC", std::to_string(took.count())},
              {"K8S_NODE_STEPS", steps_text()}}});
        return status;
    } catch (const Error& error) {
        report_failure(events, verb, error);
        throw;
    } catch (const std::exception& error) {
        report_failure(events, verb, Error(error.what()));
        throw;
    }
}

} // namespace k8s_node
