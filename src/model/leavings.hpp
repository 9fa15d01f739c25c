// What running a component leaves on a machine beside the files that were
// installed: what `reset` takes away by these names, and nothing else.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Names may be shell patterns (fnmatch(3)): "KUBE-*". A path may hold a
/// pattern in its last part only.
struct Leavings {
    std::vector<std::string> paths;              ///< files and whole directory trees
    std::vector<std::string> data;               ///< as paths, kept by --keep-data
    std::vector<std::string> identity;           ///< as paths, kept by --keep-identity
    std::vector<std::string> directories;        ///< removed when nothing is left in them
    std::vector<std::string> interfaces;         ///< with the veth ports of those that are bridges
    std::vector<std::string> network_namespaces; ///< in /run/netns
    std::vector<std::string> firewall_chains;    ///< of iptables, with the rules that lead there
    std::vector<std::string> shared_chains;     ///< likewise, when they lead to nobody else's chain
    std::vector<std::string> firewall_comments; ///< of rules, and of the chains they lead to
    std::vector<std::string> nftables_tables;
    std::vector<std::string> cgroups; ///< at the top of each hierarchy
    std::vector<std::string> sysctls; ///< set at run time; put back to what they were
    bool operator==(const Leavings&) const = default;
};

/// The kinds by the names that they have in files.
struct LeavingKind {
    std::string_view name;
    std::vector<std::string> Leavings::*member;
};
inline constexpr std::array<LeavingKind, 12> leaving_kinds = {{
    {"paths", &Leavings::paths},
    {"data", &Leavings::data},
    {"identity", &Leavings::identity},
    {"directories", &Leavings::directories},
    {"interfaces", &Leavings::interfaces},
    {"network_namespaces", &Leavings::network_namespaces},
    {"firewall_chains", &Leavings::firewall_chains},
    {"shared_chains", &Leavings::shared_chains},
    {"firewall_comments", &Leavings::firewall_comments},
    {"nftables_tables", &Leavings::nftables_tables},
    {"cgroups", &Leavings::cgroups},
    {"sysctls", &Leavings::sysctls},
}};

/// Adds what `more` has and `to` has not.
void merge(Leavings& to, const Leavings& more);

/// As JSON, the same bytes for equal values; empty kinds are left out.
[[nodiscard]] std::string write_leavings(const Leavings& leavings);

/// Reads write_leavings()'s text; unknown kinds are passed over. Throws Error
/// naming `path` for what is not that.
[[nodiscard]] Leavings parse_leavings(std::string_view text, std::string_view path);

} // namespace k8s_node
