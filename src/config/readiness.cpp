// When a service counts as started.
#include "config/parts.hpp"
#include "config/service_parts.hpp"
#include "model/duration.hpp"
#include "model/probe.hpp"
#include "unit/timespan.hpp"

namespace k8s_node {

namespace {

/// Without a timeout of its own a start that waits long gets one by which the
/// deadline passes first: then the probe says what it waited for.
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

void fit_deadline(const Tree* timeout, const Position& at, ServiceSpec& service,
                  Diagnostics& diagnostics) {
    const auto wanted = parse_duration(service.ready->deadline);
    if (!wanted || wanted->count() == 0) {
        diagnostics.add(at, "'deadline' must be a duration such as 90s, not '" +
                                service.ready->deadline + "'");
        return;
    }
    const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(*wanted);
    if (timeout == nullptr) {
        make_room(service, deadline);
        return;
    }
    const auto limit = unit::parse_timespan(timeout->text());
    if (!limit) {
        diagnostics.add(timeout->at(), "'" + timeout->text() + "' is not a time",
                        "write seconds, such as 180, or 3min, or infinity");
    } else if (limit->count() != 0 && *limit <= deadline) {
        diagnostics.add(
            timeout->at(),
            "systemd would end the start after " + timeout->text() +
                (timeout->text().find_first_not_of("0123456789") == std::string::npos ? " s" : "") +
                ", before the probe's deadline of " + service.ready->deadline,
            "make it longer, or 'deadline' of 'ready' shorter");
    }
}

} // namespace

void read_readiness(const Tree& ready, const Tree* timeout, ServiceSpec& service,
                    Diagnostics& diagnostics) {
    MapReader reader(ready, "'ready' of " + service.unit, diagnostics);
    ReadyProbe probe;
    const auto url = reader.require_text("url");
    if (!url.empty()) {
        require_writable(reader.at("url"), diagnostics, [&] { return Probe::parse(url); });
    }
    probe.url = argument_of(url);
    probe.authority = argument_at(reader.take_text("ca"), reader.at("ca"), diagnostics);
    probe.contains = reader.take_text("contains");
    static_cast<void>(argument_at(probe.contains, reader.at("contains"), diagnostics));
    probe.deadline = reader.take_text("deadline", probe.deadline);
    reader.finish();
    service.ready = std::move(probe);
    fit_deadline(timeout, reader.at("deadline"), service, diagnostics);
}

} // namespace k8s_node
