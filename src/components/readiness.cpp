// Reads what a service waits for and when it counts as started.
#include "components/parts.hpp"
#include "components/service_parts.hpp"
#include "model/duration.hpp"
#include "model/probe.hpp"
#include "unit/timespan.hpp"

namespace k8s_node {

namespace {

/// Gives a service without its own timeout one that is longer than the probe's deadline, so that
/// the probe can report what it waited for.
void make_room(ServiceSpec& service, std::chrono::milliseconds deadline) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    constexpr seconds systemds = seconds(90);
    constexpr seconds margin = seconds(30);
    if (deadline + margin / 3 > systemds) {
        const auto timeout = duration_cast<seconds>(deadline + margin).count();
        service.service_properties.push_back({"TimeoutStartSec", {std::to_string(timeout)}});
    }
}

std::chrono::milliseconds deadline_of(const std::optional<ReadyProbe>& probe) {
    const auto text = probe ? probe->deadline : "";
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        parse_duration(text).value_or(std::chrono::microseconds(0)));
}

std::string deadline_text(const ServiceSpec& service) {
    if (!service.wait_for) {
        return "the probe's deadline of " + service.ready->deadline;
    }
    return "the probes' deadlines of " + service.wait_for->deadline +
           (service.ready ? " and " + service.ready->deadline : "");
}

ReadyProbe read_probe(MapReader& reader, Diagnostics& diagnostics) {
    ReadyProbe probe;
    const auto url = reader.require_text("url");
    if (!url.empty()) {
        require_writable(reader.at("url"), diagnostics, [&] { return Probe::parse(url); });
    }
    probe.url = argument_of(url);
    probe.authority = argument_at(reader.take_text("ca"), reader.at("ca"), diagnostics);
    probe.deadline = reader.take_text("deadline", probe.deadline);
    if (deadline_of(probe).count() == 0) {
        diagnostics.add(reader.at("deadline"),
                        "'deadline' must be a duration such as 90s, not '" + probe.deadline + "'");
    }
    return probe;
}

/// Whoever asks waits for the slowest answer of all.
constexpr std::chrono::seconds longest_timeout{60};

std::chrono::seconds take_timeout(MapReader& reader, Diagnostics& diagnostics) {
    const auto text = reader.take_text("timeout", "5s");
    const auto timeout = std::chrono::ceil<std::chrono::seconds>(
        parse_duration(text).value_or(std::chrono::microseconds(0)));
    if (timeout.count() == 0 || timeout > longest_timeout) {
        diagnostics.add(reader.at("timeout"),
                        "'timeout' must be a duration from 1s to 60s, not '" + text + "'");
    }
    return timeout;
}

} // namespace

void read_readiness(const Tree& ready, ServiceSpec& service, Diagnostics& diagnostics) {
    MapReader reader(ready, "'ready' of " + service.unit, diagnostics);
    auto probe = read_probe(reader, diagnostics);
    probe.contains = reader.take_text("contains");
    static_cast<void>(argument_at(probe.contains, reader.at("contains"), diagnostics));
    reader.finish();
    service.ready = std::move(probe);
}

void read_wait(const Tree& wait_for, ServiceSpec& service, Diagnostics& diagnostics) {
    MapReader reader(wait_for, "'wait_for' of " + service.unit, diagnostics);
    service.wait_for = read_probe(reader, diagnostics);
    reader.finish();
}

void read_liveness(const Tree& live, ServiceSpec& service, Diagnostics& diagnostics) {
    MapReader reader(live, "'live' of " + service.unit, diagnostics);
    LiveProbe probe;
    probe.url = reader.require_text("url");
    if (!probe.url.empty()) {
        require_writable(reader.at("url"), diagnostics, [&] { return parse_live_url(probe.url); });
    }
    const auto any = reader.take_text("any_answer", "false");
    probe.any_answer = any == "true";
    if (any != "true" && any != "false") {
        diagnostics.add(reader.at("any_answer"),
                        "'any_answer' must be true or false, not '" + any + "'");
    }
    probe.timeout = take_timeout(reader, diagnostics);
    reader.finish();
    service.live = std::move(probe);
}

void fit_start_timeout(const Tree* timeout, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto deadline = deadline_of(service.wait_for) + deadline_of(service.ready);
    if (deadline.count() == 0) {
        return;
    }
    if (timeout == nullptr) {
        make_room(service, deadline);
        return;
    }
    const auto limit = unit::parse_timespan(timeout->text());
    if (!limit) {
        diagnostics.add(timeout->at(), "'" + timeout->text() + "' is not a time span",
                        "write seconds (180), a time span (3min) or infinity");
    } else if (limit->count() != 0 && *limit <= deadline) {
        diagnostics.add(
            timeout->at(),
            "systemd would end the start after " + timeout->text() +
                (timeout->text().find_first_not_of("0123456789") == std::string::npos ? " s" : "") +
                ", before " + deadline_text(service),
            "make it longer, or 'deadline' of " +
                std::string(service.wait_for ? "'ready' and 'wait_for'" : "'ready'") + " shorter");
    }
}

} // namespace k8s_node
