// Where the members of etcd are.
#pragma once

#include <string>
#include <vector>

#include "cluster/api_servers.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// Returns the client URLs of etcd on the control planes, whose API servers these are.
[[nodiscard]] std::vector<std::string>
etcd_urls_of(const std::vector<cluster::ApiServer>& api_servers);

/// Asks API servers for them in turn, with the identity in `kubeconfig`; without any, the one that
/// this names. Throws Error with each one's reason if none of them tells.
[[nodiscard]] std::vector<std::string> find_etcd_urls(const std::string& kubeconfig,
                                                      const std::vector<std::string>& api_servers,
                                                      EventLoop& loop);

} // namespace k8s_node
