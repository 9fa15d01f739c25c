// Tables of nftables, by nft(8): where it is missing, the node could not have
// made any.
#pragma once

#include <string>
#include <vector>

namespace k8s_node::teardown {

/// "ip kube-proxy": the tables with one of the names, of every family. Throws
/// Error when those that are there cannot be listed.
[[nodiscard]] std::vector<std::string> find_nftables(const std::vector<std::string>& names);
void remove_nftables(const std::string& table);

} // namespace k8s_node::teardown
