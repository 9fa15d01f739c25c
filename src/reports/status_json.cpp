#include "reports/health_report.hpp"
#include "reports/status_report.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Returns null if the health is unknown.
Json health_json(Health health) {
    return health == Health::untried ? Json() : Json(health == Health::good);
}

/// Returns null on a node without a member of etcd, and for what is unknown.
Json etcd_json(const NodeStatus& status) {
    if (!status.etcd) {
        return {};
    }
    const auto& etcd = *status.etcd;
    const bool is_known = !etcd.members.empty();
    const auto count = count_voters(etcd);
    const auto number = [&](std::size_t value) { return is_known ? Json(value) : Json(); };
    Json out = {{"majority", is_known ? Json(etcd.has_leader) : Json()},
                {"reason", etcd.ignorance},
                {"voters", number(count.voters)},
                {"answering", number(count.answering)},
                {"needed", number(count.needed)},
                {"mayBeLost", number(etcd.has_leader ? count.may_be_lost : 0)},
                {"members", Json::array()},
                {"findings", to_json(status.etcd_findings)}};
    for (const auto& seen : etcd.members) {
        out["members"].push_back({{"name", seen.member.name},
                                  {"id", id_text(seen.member.id)},
                                  {"learner", seen.member.is_learner},
                                  {"answers", seen.answers},
                                  {"reason", seen.silence}});
    }
    return out;
}

Json components_json(const NodeStatus& status) {
    auto out = Json::array();
    for (const auto& component : status.components) {
        out.push_back({{"component", component.name}, {"artifacts", component.artifacts}});
    }
    return out;
}

Json units_json(const NodeStatus& status) {
    auto out = Json::array();
    for (const auto& unit : status.units) {
        out.push_back({{"unit", unit.unit},
                       {"component", unit.component},
                       {"state", unit.state},
                       {"active", unit.active},
                       {"ready", unit.ready ? Json(*unit.ready) : Json()},
                       {"reason", unit.reason},
                       {"restarts", unit.restarts}});
    }
    return out;
}

Json certificates_json(const NodeStatus& status) {
    auto out = Json::array();
    for (const auto& certificate : status.certificates) {
        out.push_back(
            {{"name", certificate.name},
             {"state", certificate.state},
             {"reason", certificate.reason},
             {"expires", certificate.not_after ? utc_text(*certificate.not_after) : "-"}});
    }
    return out;
}

Json drift_json(const NodeStatus& status) {
    auto out = Json::array();
    for (const auto& drift : status.drift) {
        out.push_back({{"object", drift.object},
                       {"what", drift.what},
                       {"repairedByInstall", drift.remedy == Remedy::install}});
    }
    return out;
}

} // namespace

Json status_json(const NodeStatus& status) {
    Json out = {
        {"installed", status.installed},
        {"healthy", health_json(status.health)},
        {"node",
         {{"name", status.node_name}, {"address", status.node_address}, {"state", status.node}}},
        {"profile", status.profile},
        {"release", status.release},
        {"generation", status.generation},
        {"current", status.current},
        {"outcome", status.outcome},
        {"pods", status.pods},
        {"etcd", etcd_json(status)},
        {"surroundings", to_json(status.surroundings)}};
    if (!status.configuration.empty()) {
        out["configuration"] = status.configuration;
    }
    out["components"] = components_json(status);
    out["units"] = units_json(status);
    out["certificates"] = certificates_json(status);
    out["drift"] = drift_json(status);
    out["notes"] = status.notes;
    out["probes"] = probes_json(status);
    return out;
}

} // namespace k8s_node::cli
