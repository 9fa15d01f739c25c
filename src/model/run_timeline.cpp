#include "model/run_timeline.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "model/newer_format.hpp"
#include "support/steps.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

milliseconds from_seconds(double value) {
    constexpr double year = 366.0 * 86400;
    if (!(value >= 0 && value <= year)) {
        throw std::out_of_range("a time is not a number of seconds");
    }
    return milliseconds(std::llround(value * 1000));
}

nlohmann::ordered_json steps_json(const std::vector<TimelineStep>& steps) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& step : steps) {
        out.push_back({{"phase", step.phase},
                       {"object", step.object},
                       {"start", in_seconds(step.start)},
                       {"end", in_seconds(step.end)}});
    }
    return out;
}

TimelineStep parse_step(const json& step) {
    return {step.at("phase").get<std::string>(), step.value("object", ""),
            from_seconds(step.at("start").get<double>()),
            from_seconds(step.at("end").get<double>())};
}

/// A step that began before this run, such as a start job that it joined, is shown from the start
/// of the run.
milliseconds since_start(StepClock::time_point time) {
    return std::max(milliseconds(0), std::chrono::round<milliseconds>(time - run_began()));
}

} // namespace

RunTimeline timeline_of_this_run(const std::string& verb) {
    RunTimeline timeline;
    const auto took = StepClock::now() - run_began();
    timeline.verb = verb;
    timeline.took = std::chrono::round<milliseconds>(took);
    timeline.started = utc_now() - std::chrono::round<std::chrono::seconds>(took);
    for (const auto& step : noted_steps()) {
        timeline.steps.push_back(
            {step.phase, step.object, since_start(step.begin), since_start(step.end)});
    }
    return timeline;
}

std::string write_steps(const std::vector<TimelineStep>& steps) {
    return steps_json(steps).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string write_timeline(const RunTimeline& timeline) {
    const nlohmann::ordered_json document = {
        {"format", RunTimeline::known_format},   {"verb", timeline.verb},
        {"started", utc_text(timeline.started)}, {"seconds", in_seconds(timeline.took)},
        {"steps", steps_json(timeline.steps)},
    };
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

RunTimeline parse_timeline(std::string_view text, std::string_view path) {
    const std::string where(path);
    try {
        const auto document = json::parse(text);
        const auto format = document.at("format").get<std::int64_t>();
        if (format > RunTimeline::known_format) {
            throw NewerFormat(where, format, RunTimeline::known_format);
        }
        RunTimeline timeline;
        timeline.verb = document.at("verb").get<std::string>();
        timeline.started =
            parse_utc(document.value("started", "")).value_or(std::chrono::sys_seconds{});
        timeline.took = from_seconds(document.at("seconds").get<double>());
        for (const auto& step : document.at("steps")) {
            timeline.steps.push_back(parse_step(step));
        }
        return timeline;
    } catch (const NewerFormat&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(where + " is not a run timeline: " + error.what());
    }
}

} // namespace k8s_node
