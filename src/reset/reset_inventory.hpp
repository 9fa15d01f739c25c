// An independent inventory of what exists of the node: by the ledger and by what components
// declare, never by what a reset believes it has done.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "generations/ledger.hpp"
#include "systemd/manager.hpp"
#include "teardown/interfaces.hpp"
#include "teardown/mounts.hpp"
#include "teardown/processes.hpp"

namespace k8s_node {

/// The parts that a reset keeps.
struct Keep {
    bool data = false; ///< and the identity, whose keys encrypt or signed it
    bool store = false;
    bool identity = false; ///< keys and certificates
    bool state = false;    ///< what a redeploy has to remember
};

/// One thing of the node that still exists.
struct Leftover {
    std::string kind;   ///< "unit", "process", "mount", "interface", "file", …
    std::string object; ///< its own name
    bool operator==(const Leftover&) const = default;
    auto operator<=>(const Leftover&) const = default;
};

/// The ledger and what is to be kept, as places to examine.
struct ResetScope {
    Ledger ledger;
    Keep keep;
    std::vector<std::string> trees; ///< existing paths to be removed with all below them
    std::set<std::string> emptied;  ///< those that existed before us: they stay, empty
    std::set<std::string> kept;     ///< existing paths below them that stay
    std::vector<std::string> units; ///< all of the node's
    std::vector<std::string> network_namespaces; ///< paths of those that only the node uses
    teardown::MountScope mounts;
    teardown::ProcessScope processes;
};

[[nodiscard]] ResetScope scope_of(const Ledger& ledger, const Keep& keep);

/// Returns the node's network interfaces that exist.
[[nodiscard]] std::vector<teardown::Interface> our_interfaces(const ResetScope& scope);

/// True if a file of ours is a key that is to be kept.
[[nodiscard]] bool stays_as_identity(const ResetScope& scope, const std::string& path);

/// Returns everything except what has to stay until the end: see final_inventory().
[[nodiscard]] std::vector<Leftover> inventory(const ResetScope& scope, ServiceManager* services);

/// Returns generations, store and state that still exist: what another attempt would need.
[[nodiscard]] std::vector<Leftover> final_inventory(const ResetScope& scope);

} // namespace k8s_node
