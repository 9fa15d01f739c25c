#include "engine/api_downtime.hpp"

#include <algorithm>

#include "health/prober.hpp"
#include "systemd/job.hpp"
#include "unit_resources/ready_probe.hpp"

namespace k8s_node {

namespace {

constexpr const char* api_server = "kube-apiserver.service";
constexpr const char* etcd = "etcd.service";

/// Returns the address under which the unit advertises this API server.
std::string advertised_address(const Generation& next) {
    constexpr std::string_view flag = "--advertise-address=";
    const auto body = next.files.find(std::string("units/") + api_server);
    const auto at = body == next.files.end() ? std::string::npos : body->second.find(flag);
    if (at == std::string::npos) {
        return {};
    }
    const auto begin = at + flag.size();
    return body->second.substr(begin, body->second.find_first_of(" \n", begin) - begin);
}

bool answers(const Probe& probe) {
    try {
        return make_prober(probe)->attempt(std::chrono::seconds(1)).ok;
    } catch (const Error&) {
        return false;
    }
}

/// Returns the probe as remote clients ask: during a hand-over, loopback addresses reach the API
/// server that is not ready yet. Returns the unit's own probe if nobody answers at the advertised
/// address.
Probe probe_from_outside(const Probe& own, const Generation& next) {
    auto probe = own;
    probe.host = advertised_address(next);
    probe.server_name = own.host;
    return !probe.host.empty() && answers(probe) ? probe : own;
}

bool interrupts_api(const Plan& plan) {
    const auto units = plan.between(ChangeKind::stop_unit, ChangeKind::restart_unit);
    return std::ranges::any_of(units, [](const Change& change) {
        return change.kind != ChangeKind::start_unit &&
               (change.object == api_server || change.object == etcd);
    });
}

} // namespace

ApiDowntime::ApiDowntime(const Plan& plan, const Generation& next) {
    if (!interrupts_api(plan)) {
        return;
    }
    if (const auto probe = ready_probe(next, api_server)) {
        meter_.emplace(probe_from_outside(*probe, next));
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
