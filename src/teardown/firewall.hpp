// The node's firewall rules among those of others: found by the names of their
// chains and by their comments, and taken away one by one. Nothing is flushed
// but chains that are the node's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/leavings.hpp"

namespace k8s_node::teardown {

/// One table of iptables-save's text.
struct FirewallTable {
    std::string name;
    std::vector<std::string> chains; ///< but for the built-in ones
    std::vector<std::string> rules;  ///< "-A CHAIN …"
    bool operator==(const FirewallTable&) const = default;
};

[[nodiscard]] std::vector<FirewallTable> parse_firewall(std::string_view saved);

/// What to take away from a table.
struct FirewallPart {
    std::vector<std::string> chains;
    std::vector<std::string> rules; ///< those in chains that stay
    [[nodiscard]] bool empty() const { return chains.empty() && rules.empty(); }
    bool operator==(const FirewallPart&) const = default;
};

/// The node's part of a table: chains by name; rules by comment and the chains
/// they lead to, if only such rules do; shared chains, if what stays of them
/// leads nowhere; and every rule that leads to one of those chains. Pure.
[[nodiscard]] FirewallPart our_part(const FirewallTable& table, const Leavings& leaves);

/// The text for iptables-restore --noflush that takes the parts away; empty
/// when there is nothing to do. Pure.
[[nodiscard]] std::string removal_text(const std::vector<FirewallTable>& tables,
                                       const Leavings& leaves);

/// The node's rules and chains in all variants of iptables that are there:
/// "iptables nat: chain KUBE-SERVICES"; and what keeps one from being read, for
/// it may hold some. Reads only.
[[nodiscard]] std::vector<std::string> find_firewall(const Leavings& leaves);

/// Programs that are not there and without which nobody could tell whether there
/// are any, or take them away.
[[nodiscard]] std::vector<std::string> missing_firewall_programs(const Leavings& leaves);

/// Takes them away, in each table at once. Throws Error.
void remove_firewall(const Leavings& leaves);

} // namespace k8s_node::teardown
