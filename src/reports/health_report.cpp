#include "reports/health_report.hpp"

#include <cstdio>

#include "support/printable.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;
using liveness::Record;

double seconds_since(liveness::Time then) {
    return std::chrono::duration<double>(liveness::Time::clock::now() - then).count();
}

const char* answer_text(const Record& record) {
    return !record.last.runs ? "-" : record.last.answered ? "yes" : "no";
}

} // namespace

void print_probes(const NodeStatus& status) {
    if (status.probes.empty()) {
        std::puts(
            "\nNo service was probed: k8s-node-watch.service does not run, or has just begun.");
        return;
    }
    std::printf("\n%-34s %-8s %8s %9s %9s  %s\n", "PROBE", "ANSWERED", "AFTER", "FAILURES",
                "RESTARTS", "ASKED");
    for (const auto& [unit, record] : status.probes) {
        std::printf("%-34s %-8s %5lld ms %9u %9u  %.0f s ago\n", unit.c_str(), answer_text(record),
                    static_cast<long long>(record.last.took.count()), record.in_a_row,
                    record.restarts_total, seconds_since(record.at));
    }
    for (const auto& [unit, record] : status.probes) {
        if (record.last.runs && !record.last.answered) {
            std::printf("%s does not answer: %s%s%s\n", unit.c_str(),
                        printable(record.last.reason).c_str(), record.excuse.empty() ? "" : "; ",
                        printable(record.excuse).c_str());
        }
    }
}

Json probes_json(const NodeStatus& status) {
    Json out = Json::array();
    for (const auto& [unit, record] : status.probes) {
        out.push_back({{"unit", unit},
                       {"running", record.last.runs},
                       {"answered", record.last.runs ? Json(record.last.answered) : Json()},
                       {"reason", record.last.reason},
                       {"milliseconds", record.last.took.count()},
                       {"failures", record.in_a_row},
                       {"excuse", record.excuse},
                       {"restarts", record.restarts_total},
                       {"secondsAgo", static_cast<std::int64_t>(seconds_since(record.at))}});
    }
    return out;
}

} // namespace k8s_node::cli
