// Tables of nftables, through nft(8): without it the node could not have created any.
#pragma once

#include <string>
#include <vector>

namespace k8s_node::teardown {

/// Returns the tables with one of the names, of every family: "ip kube-proxy". Throws Error if
/// the existing ones cannot be listed.
[[nodiscard]] std::vector<std::string> find_nftables(const std::vector<std::string>& names);
void remove_nftables(const std::string& table);

} // namespace k8s_node::teardown
