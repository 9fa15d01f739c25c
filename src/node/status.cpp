#include "node/status.hpp"

#include <array>
#include <ctime>

#include "apply/cluster_kind.hpp"
#include "apply/generation_kind.hpp"
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
    bool well = status.store_problems.empty() && (status.node.empty() || status.node == "Ready");
    for (const auto& unit : status.units) {
        well = well && unit.active;
    }
    for (const auto& certificate : status.certificates) {
        well = well && (certificate.state == "good" || certificate.state == "kept");
    }
    return well;
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
    const auto system = make_system(options, node.spec, services.get(), reporting);
    const auto current = read_current_generation(options.root);
    out.installed = true;
    out.generation = *number;
    out.profile = current.manifest.profile;
    out.release = current.manifest.release;
    out.node_name = current.manifest.node_name;
    out.units = unit_statuses(current, services.get());
    for (const auto& item : system.pki.observe()) {
        out.certificates.push_back({item.name, to_text(item.state), item.reason, item.not_after});
    }
    for (const auto& problem : system.store.check_quick(node.spec.artifacts)) {
        out.store_problems.push_back(problem.entry + ": " + problem.path + " " + problem.what);
    }
    const auto waits = check_node({node.spec, node.generation}, ApiServer::up, system);
    if (!node.spec.node_kubeconfig.empty()) {
        out.node = waits.empty() ? "Ready" : waits.front().why;
    }
    out.healthy = all_well(out);
    return out;
}

std::string utc_text(std::chrono::sys_seconds time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

} // namespace k8s_node
