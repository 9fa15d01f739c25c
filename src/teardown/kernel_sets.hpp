// Sets of addresses and tables of nftables, by the programs that keep them:
// where a program is missing that no component needs, the node made none.
#pragma once

#include <string>
#include <vector>

namespace k8s_node::teardown {

/// Names of ipsets that match one of the patterns. Throws Error when those that
/// are there cannot be listed.
[[nodiscard]] std::vector<std::string> find_ipsets(const std::vector<std::string>& patterns);
/// Throws Error, e.g. while a rule still uses the set.
void remove_ipset(const std::string& name);

/// "ip kube-proxy": the tables of nftables with one of the names. Throws Error.
[[nodiscard]] std::vector<std::string> find_nftables(const std::vector<std::string>& names);
void remove_nftables(const std::string& table);

} // namespace k8s_node::teardown
