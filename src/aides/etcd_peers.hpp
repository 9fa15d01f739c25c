// Where the members of etcd are.
#pragma once

#include <string>
#include <vector>

#include "cluster/api_path.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// Returns the client URLs of etcd on the control planes: the endpoints of the Service
/// `kubernetes`. `slices` is a list of its EndpointSlices, whose structure is not trusted.
[[nodiscard]] std::vector<std::string> etcd_urls_in(const cluster::Json& slices);

/// Asks the API server for them, with the identity in `kubeconfig`. Throws Error.
[[nodiscard]] std::vector<std::string> find_etcd_urls(const std::string& kubeconfig,
                                                      EventLoop& loop);

} // namespace k8s_node
