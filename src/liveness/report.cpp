#include "liveness/report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace k8s_node::liveness {

namespace {

using nlohmann::ordered_json;
using std::chrono::microseconds;

std::int64_t count_of(Time time) {
    return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
}

/// Of a damaged file, too, a time is one that can be reckoned with.
Time time_of(const ordered_json& count) {
    constexpr std::int64_t decades = 1'000'000'000'000'000;
    return Time(microseconds(std::clamp<std::int64_t>(count.get<std::int64_t>(), 0, decades)));
}

ordered_json to_json(const Record& record) {
    ordered_json restarts = ordered_json::array();
    for (const auto at : record.restarts) {
        restarts.push_back(count_of(at));
    }
    return {{"unit", record.last.unit},
            {"runs", record.last.runs},
            {"answered", record.last.answered},
            {"reason", record.last.reason},
            {"took_ms", record.last.took.count()},
            {"at_us", count_of(record.at)},
            {"since_us", count_of(record.since)},
            {"has_answered", record.has_answered},
            {"in_a_row", record.in_a_row},
            {"failures", record.failures},
            {"excuse", record.excuse},
            {"hold_told", record.is_hold_told},
            {"limit_told", record.is_limit_told},
            {"restarts_us", restarts},
            {"restarts_total", record.restarts_total}};
}

Record record_of(const ordered_json& from) {
    Record record;
    record.last = {.unit = from.at("unit"),
                   .runs = from.at("runs"),
                   .since = time_of(from.at("since_us")),
                   .answered = from.at("answered"),
                   .reason = from.at("reason"),
                   .took = std::chrono::milliseconds(from.at("took_ms").get<std::int64_t>())};
    record.at = time_of(from.at("at_us"));
    record.since = record.last.since;
    record.has_answered = from.at("has_answered");
    record.in_a_row = from.at("in_a_row");
    record.failures = from.at("failures");
    record.excuse = from.at("excuse");
    record.is_hold_told = from.at("hold_told");
    record.is_limit_told = from.at("limit_told");
    for (const auto& at : from.at("restarts_us")) {
        record.restarts.push_back(time_of(at));
    }
    record.restarts_total = from.at("restarts_total");
    return record;
}

} // namespace

std::string write_report(const Judge::Records& records) {
    ordered_json units = ordered_json::array();
    for (const auto& [unit, record] : records) {
        units.push_back(to_json(record));
    }
    const ordered_json document = {{"units", units}};
    return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Judge::Records parse_report(std::string_view text) {
    Judge::Records records;
    try {
        const auto document = ordered_json::parse(text);
        for (const auto& each : document.at("units")) {
            auto record = record_of(each);
            records.emplace(record.last.unit, std::move(record));
        }
    } catch (const nlohmann::json::exception&) {
        return {};
    }
    return records;
}

} // namespace k8s_node::liveness
