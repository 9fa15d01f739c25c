// The names of things that a running component creates on a machine in addition to the installed
// files: `reset` removes these, and nothing else.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Names may be shell patterns (fnmatch(3)): "KUBE-*". A path may hold a
/// pattern in its last part only.
struct Cleanup {
    std::vector<std::string> paths;       ///< files and whole directory trees
    std::vector<std::string> data;        ///< likewise, kept by --keep-data
    std::vector<std::string> identity;    ///< likewise, kept by --keep-identity
    std::vector<std::string> directories; ///< removed when empty
    std::vector<std::string> interfaces;  ///< with the veth ports of bridges
    std::vector<std::string> routes; ///< networks: routes to parts of them, through other machines
    std::vector<std::string> network_namespaces; ///< in /run/netns
    std::vector<std::string> firewall_chains;    ///< of iptables, with the rules that jump to them
    std::vector<std::string> shared_chains;      ///< likewise, if they jump to no foreign chain
    std::vector<std::string> firewall_comments;  ///< of rules, and of the chains they jump to
    std::vector<std::string> nftables_tables;
    std::vector<std::string> cgroups; ///< at the top of each hierarchy
    std::vector<std::string> sysctls; ///< set at run time; reset to their earlier values
    bool operator==(const Cleanup&) const = default;
};

/// The kinds of cleanup by their names in files.
struct CleanupKind {
    std::string_view name;
    std::vector<std::string> Cleanup::*member;
};
inline constexpr std::array<CleanupKind, 13> cleanup_kinds = {{
    {"paths", &Cleanup::paths},
    {"data", &Cleanup::data},
    {"identity", &Cleanup::identity},
    {"directories", &Cleanup::directories},
    {"interfaces", &Cleanup::interfaces},
    {"routes", &Cleanup::routes},
    {"network_namespaces", &Cleanup::network_namespaces},
    {"firewall_chains", &Cleanup::firewall_chains},
    {"shared_chains", &Cleanup::shared_chains},
    {"firewall_comments", &Cleanup::firewall_comments},
    {"nftables_tables", &Cleanup::nftables_tables},
    {"cgroups", &Cleanup::cgroups},
    {"sysctls", &Cleanup::sysctls},
}};

/// The signs that make a name a shell pattern.
inline constexpr std::string_view pattern_signs = "*?[";

/// True for a name with such a sign.
[[nodiscard]] bool is_pattern(std::string_view name);

/// Adds the entries of `more` that `to` lacks.
void merge(Cleanup& to, const Cleanup& more);

/// Returns the cleanup as JSON, the same bytes for equal values; empty kinds are left out.
[[nodiscard]] std::string write_cleanup(const Cleanup& cleanup);

} // namespace k8s_node
