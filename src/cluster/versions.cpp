#include "cluster/versions.hpp"

#include "cluster/json_text.hpp"
#include "support/error.hpp"

namespace k8s_node::cluster {

namespace {

constexpr const char* control_plane_label = "node-role.kubernetes.io/control-plane";

std::string internal_address(const Json& status) {
    for (const auto& address : part_at(status, "addresses")) {
        if (text_at(address, "type") == "InternalIP") {
            return text_at(address, "address");
        }
    }
    return {};
}

NodeVersions versions_of(const Json& node) {
    const auto metadata = part_at(node, "metadata");
    const auto labels = part_at(metadata, "labels");
    const auto status = part_at(node, "status");
    NodeVersions out;
    out.name = text_at(metadata, "name");
    out.kubelet = text_at(part_at(status, "nodeInfo"), "kubeletVersion");
    out.machine_id = text_at(part_at(status, "nodeInfo"), "machineID");
    out.address = internal_address(status);
    out.unschedulable = flag_at(part_at(node, "spec"), "unschedulable");
    out.control_plane = labels.contains(control_plane_label);
    return out;
}

} // namespace

std::string server_version(ApiClient& client) {
    const auto answer = client.get("/version");
    auto version = answer ? text_at(*answer, "gitVersion") : std::string();
    if (version.empty()) {
        throw Error("the API server does not report its version");
    }
    return version;
}

std::vector<NodeVersions> list_nodes(ApiClient& client) {
    std::vector<NodeVersions> out;
    const auto list = client.get("/api/v1/nodes");
    for (const auto& node : part_at(list.value_or(Json::object()), "items")) {
        out.push_back(versions_of(node));
    }
    return out;
}

} // namespace k8s_node::cluster
