// Taking away from the cluster all that a node leaves there when it goes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cluster/api_client.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Called for each step, with a message for people.
using TellDeparture = std::function<void(Priority, const std::string& message)>;

/// Returns the names of those requests for certificates (a CertificateSigningRequestList) that are
/// for a node: made by its kubelet, or for its identity by the bearer of a bootstrap token. Pure.
[[nodiscard]] std::vector<std::string> requests_of_node(const nlohmann::json& list,
                                                        const std::string& node);

/// Deletes the Node object, and then the kubelet's Lease. That is all a kubelet may delete of
/// itself. Throws as ApiClient.
void delete_node(cluster::ApiClient& client, const std::string& node, const TellDeparture& tell);

/// Does that, and deletes what only an administrator may: the node's requests for certificates and
/// its part of the cluster's DNS. Does nothing about what does not exist, so it can be repeated.
void delete_remains(cluster::ApiClient& client, const std::string& node, const TellDeparture& tell);

} // namespace k8s_node
