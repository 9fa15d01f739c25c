// The node's firewall rules among those of others: found by the names of their chains and by
// their comments, and deleted one by one. Only the node's own chains are flushed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/cleanup.hpp"

namespace k8s_node::teardown {

/// One table in the output of iptables-save.
struct FirewallTable {
    std::string name;
    std::vector<std::string> chains; ///< except the built-in ones
    std::vector<std::string> rules;  ///< "-A CHAIN …"
    bool operator==(const FirewallTable&) const = default;
};

[[nodiscard]] std::vector<FirewallTable> parse_firewall(std::string_view saved);

/// The chains and rules to delete from a table.
struct FirewallPart {
    std::vector<std::string> chains;
    std::vector<std::string> rules; ///< those in chains that stay
    [[nodiscard]] bool empty() const { return chains.empty() && rules.empty(); }
    bool operator==(const FirewallPart&) const = default;
};

/// Returns the node's part of a table: chains by name; rules by comment and the chains they jump
/// to, if only such rules do; shared chains, if their remaining rules jump nowhere; and every
/// rule that jumps to one of those chains. Pure.
[[nodiscard]] FirewallPart our_part(const FirewallTable& table, const Cleanup& cleanup);

/// Returns the input of iptables-restore --noflush that deletes the parts; empty if there is
/// nothing to do. Pure.
[[nodiscard]] std::string removal_text(const std::vector<FirewallTable>& tables,
                                       const Cleanup& cleanup);

/// Returns the node's rules and chains in all existing variants of iptables: "iptables nat: chain
/// KUBE-SERVICES"; and why a variant cannot be read, since it may contain some. Reads only.
[[nodiscard]] std::vector<std::string> find_firewall(const Cleanup& cleanup);

/// Returns missing programs without which the rules cannot be found or deleted.
[[nodiscard]] std::vector<std::string> missing_firewall_programs(const Cleanup& cleanup);

/// Deletes them, in each table at once. Throws Error.
void remove_firewall(const Cleanup& cleanup);

} // namespace k8s_node::teardown
