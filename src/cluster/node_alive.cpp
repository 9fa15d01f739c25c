#include "cluster/node_alive.hpp"

#include "cluster/api_path.hpp"
#include "cluster/json_text.hpp"
#include "cluster/node_ready.hpp"
#include "support/time.hpp"

namespace k8s_node::cluster {

namespace {

constexpr std::chrono::seconds recent{60};

} // namespace

std::string lease_path(std::string_view node) {
    return "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + escape_segment(node);
}

/// Kubernetes writes leases with microseconds: "2027-03-01T12:00:00.000000Z".
std::optional<std::chrono::sys_seconds> renewal_of(const nlohmann::json& lease) {
    auto text = text_at(part_at(lease, "spec"), "renewTime");
    if (const auto dot = text.find('.'); dot != std::string::npos) {
        text = text.substr(0, dot) + "Z";
    }
    return parse_utc(text);
}

bool is_alive(const NodeSigns& signs, std::chrono::sys_seconds now) {
    const auto renewed = renewal_of(signs.lease);
    return state_of_node(signs.node).phase == NodePhase::ready &&
           (!renewed || *renewed + recent >= now);
}

} // namespace k8s_node::cluster
