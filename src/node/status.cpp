#include "node/status.hpp"

#include "apply/cluster_kind.hpp"
#include "apply/generation_kind.hpp"
#include "apply/generation_records.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"

namespace k8s_node {

namespace {

UnitStatus unit_status(const std::string& unit, const std::string& component,
                       ServiceManager* services) {
    UnitStatus status{unit, component, "systemd does not run here", 0, false};
    if (services != nullptr) {
        const auto state = services->unit_state(unit);
        status.state = state.is_loaded() ? state.active + " (" + state.sub + ")" : state.load;
        status.restarts = state.restarts;
        status.active = state.is_active();
    }
    return status;
}

std::vector<UnitStatus> unit_statuses(const Generation& current, ServiceManager* services) {
    std::vector<UnitStatus> out;
    for (const auto& entry : current.manifest.units) {
        out.push_back(unit_status(entry.name, entry.component, services));
    }
    out.push_back(unit_status("k8s-node.target", "", services));
    return out;
}

bool all_well(const NodeStatus& status) {
    bool well = status.drift.empty() && (status.node.empty() || status.node == "Ready");
    for (const auto& unit : status.units) {
        well = well && unit.active;
    }
    for (const auto& certificate : status.certificates) {
        well = well && (certificate.state == "good" || certificate.state == "kept");
    }
    return well;
}

std::string outcome_text(const Root& root, int number) {
    const auto record = known_record(root, number);
    if (!record) {
        return "unknown";
    }
    return to_text(record->outcome) + (record->reason.empty() ? "" : ": " + record->reason);
}

} // namespace

NodeStatus status(const NodeOptions& options, const Reporting& reporting) {
    NodeStatus out;
    const auto number = current_generation_number(options.root);
    if (!number) {
        return out;
    }
    const auto node = load_desired(options);
    const auto services = open_services(options.root);
    const auto system = make_system(options, node.spec, services.get(), reporting, "status");
    out.installed = true;
    out.current = *number;
    out.pinned = pinned_generation(options.root);
    out.generation = out.pinned.value_or(*number);
    out.outcome = outcome_text(options.root, out.generation);
    const auto current = read_damaged_generation(options.root, out.generation);
    out.profile = current.manifest.profile;
    out.release = current.manifest.release;
    out.node_name = current.manifest.node_name;
    out.units = unit_statuses(current, services.get());
    for (const auto& item : system.pki.observe()) {
        out.certificates.push_back({item.name, to_text(item.state), item.reason, item.not_after});
    }
    out.drift = find_drift(current, out.generation, system);
    const auto waits = check_node(current, Kubelet::runs_on, system);
    if (!current.manifest.cluster.node_kubeconfig.empty()) {
        out.node = waits.empty() ? "Ready" : waits.front().why;
    }
    out.healthy = all_well(out);
    return out;
}

} // namespace k8s_node
