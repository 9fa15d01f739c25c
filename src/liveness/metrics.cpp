#include "liveness/metrics.hpp"

#include <functional>

#include <fmt/format.h>

namespace k8s_node::liveness {

namespace {

/// Units have no character that a label would have to escape but the backslash of systemd's own.
std::string label(const std::string& unit) {
    std::string out;
    for (const char c : unit) {
        out += c == '\\' ? "\\\\" : std::string(1, c);
    }
    return out;
}

void add_family(std::string& out, const Judge::Records& records, const char* name, const char* type,
                const char* help, const std::function<std::string(const Record&)>& value) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    for (const auto& [unit, record] : records) {
        out += fmt::format("{}{{unit=\"{}\"}} {}\n", name, label(unit), value(record));
    }
}

std::string boolean(bool value) {
    return value ? "1" : "0";
}

} // namespace

std::string write_metrics(const Judge::Records& records, std::uint64_t rounds) {
    std::string out;
    add_family(out, records, "k8s_node_unit_running", "gauge",
               "Whether the unit is active and has no job.",
               [](const Record& record) { return boolean(record.last.runs); });
    add_family(out, records, "k8s_node_probe_success", "gauge",
               "Whether the last liveness probe of the unit succeeded.", [](const Record& record) {
                   return boolean(record.last.runs && record.last.answered);
               });
    add_family(out, records, "k8s_node_probe_duration_seconds", "gauge",
               "How long the last liveness probe of the unit took.", [](const Record& record) {
                   return fmt::format("{:.3f}",
                                      std::chrono::duration<double>(record.last.took).count());
               });
    add_family(out, records, "k8s_node_probe_consecutive_failures", "gauge",
               "Liveness probes of the unit that failed since the last one that did not.",
               [](const Record& record) { return std::to_string(record.in_a_row); });
    add_family(out, records, "k8s_node_unit_restarts_total", "counter",
               "Restarts of the unit because it did not answer, since boot.",
               [](const Record& record) { return std::to_string(record.restarts_total); });
    out += fmt::format("# HELP k8s_node_watch_rounds_total Rounds of liveness probes.\n"
                       "# TYPE k8s_node_watch_rounds_total counter\n"
                       "k8s_node_watch_rounds_total {}\n",
                       rounds);
    return out;
}

std::string respond(std::string_view request, const std::string& metrics) {
    if (request.find("\r\n\r\n") == std::string_view::npos &&
        request.find("\n\n") == std::string_view::npos) {
        return {};
    }
    const bool is_get = request.starts_with("GET ");
    const auto target = request.substr(is_get ? 4 : 0);
    const bool is_known = target.starts_with("/metrics ") || target.starts_with("/metrics?");
    const auto* const status = !is_get     ? "405 Method Not Allowed"
                               : !is_known ? "404 Not Found"
                                           : "200 OK";
    const auto body = is_get && is_known ? metrics : std::string("The metrics are at /metrics.\n");
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                       "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                       status, body.size(), body);
}

} // namespace k8s_node::liveness
