#include "engine/api_downtime.hpp"

#include <algorithm>

#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

namespace {

bool answers(const Probe& probe, EventLoop& loop) {
    try {
        const auto prober = make_async_prober(probe, loop);
        return attempt(*prober, std::chrono::seconds(1), loop).ok;
    } catch (const Error&) {
        return false;
    }
}

/// Returns the probe as remote clients ask: during a hand-over, loopback addresses reach the API
/// server that is not ready yet. Returns the unit's own probe if nobody answers at the advertised
/// address.
Probe probe_from_outside(const Probe& own, const Generation& next, EventLoop& loop) {
    auto probe = own;
    probe.host = next.manifest.provided.api_server->address;
    probe.server_name = own.host;
    return !probe.host.empty() && answers(probe, loop) ? probe : own;
}

bool interrupts_api(const Plan& plan, const Provided& provided) {
    const auto units = plan.between(ChangeKind::stop_unit, ChangeKind::restart_unit);
    return std::ranges::any_of(units, [&](const Change& change) {
        return change.kind != ChangeKind::start_unit &&
               (change.object == provided.api_server->unit ||
                (provided.etcd && change.object == provided.etcd->unit));
    });
}

} // namespace

ApiDowntime::ApiDowntime(const Plan& plan, const Generation& next, EventLoop& loop) {
    const auto& provided = next.manifest.provided;
    if (!provided.api_server || !interrupts_api(plan, provided)) {
        return;
    }
    const auto* unit = find_unit(next.manifest, provided.api_server->unit);
    if (unit != nullptr && unit->ready) {
        meter_.emplace(loop, probe_from_outside(*unit->ready, next, loop));
    }
}

std::optional<Outage> ApiDowntime::end() {
    if (!meter_) {
        return std::nullopt;
    }
    const auto outage = meter_->stop();
    meter_.reset();
    return outage;
}

void ApiDowntime::end(Error& error) {
    if (const auto outage = end()) {
        error.with_detail(downtime_text(*outage));
    }
}

std::string downtime_text(const Outage& outage) {
    if (outage.breaks == 0) {
        return "the API server answered throughout";
    }
    return "the API server did not answer for " + human_duration(outage.total) +
           (outage.over ? "" : " and does not answer now");
}

} // namespace k8s_node
