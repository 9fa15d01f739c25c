// The versions that the cluster runs, and on which machines.
#pragma once

#include <string>
#include <vector>

#include "cluster/api_client.hpp"

namespace k8s_node::cluster {

/// Returns the version that the responding API server reports: "v1.36.5".
[[nodiscard]] std::string server_version(ApiClient& client);

struct NodeVersions {
    std::string name;
    std::string kubelet; ///< "v1.36.5"; empty until the kubelet has reported
    std::string address; ///< its InternalIP; may be empty
    bool control_plane = false;
    bool unschedulable = false;
    std::string machine_id = {}; ///< as its kubelet has reported it; may be empty
};

/// Returns every node of the cluster.
[[nodiscard]] std::vector<NodeVersions> list_nodes(ApiClient& client);

} // namespace k8s_node::cluster
