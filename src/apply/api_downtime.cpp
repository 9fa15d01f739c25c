#include "apply/api_downtime.hpp"

#include <algorithm>

#include "apply/ready_probe.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

namespace {

constexpr const char* api_server = "kube-apiserver.service";
constexpr const char* etcd = "etcd.service";

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
        meter_.emplace(*probe);
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
    return "the API server did not answer for " + human_duration(outage.total) +
           (outage.over ? "" : " and does not answer now");
}

} // namespace k8s_node
