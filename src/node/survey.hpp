// An independent look at what of the node is on the machine: by the ledger and
// by what components declare, never by what a reset believes it has done.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "apply/ledger.hpp"
#include "node/options.hpp"
#include "systemd/manager.hpp"
#include "teardown/interfaces.hpp"
#include "teardown/mounts.hpp"
#include "teardown/processes.hpp"

namespace k8s_node {

/// What a reset is to leave.
struct Keep {
    bool data = false; ///< and the identity, which has the keys of what is in it
    bool store = false;
    bool identity = false; ///< keys and certificates
    bool state = false;    ///< what a redeploy has to remember
};

/// One thing of the node's that is there.
struct Leftover {
    std::string kind;   ///< "unit", "process", "mount", "interface", "file", …
    std::string object; ///< by its own name
    bool operator==(const Leftover&) const = default;
    auto operator<=>(const Leftover&) const = default;
};

/// The ledger and what is to be kept, as places to look at.
struct ResetScope {
    Ledger ledger;
    Keep keep;
    std::vector<std::string> trees; ///< existing paths that go, with all below them
    std::set<std::string> emptied;  ///< those that were there before us: they stay, empty
    std::set<std::string> kept;     ///< existing paths below them that stay
    std::vector<std::string> units; ///< all of the node's
    std::vector<std::string> network_namespaces; ///< paths of those that only the node uses
    teardown::MountScope mounts;
    teardown::ProcessScope processes;
};

[[nodiscard]] ResetScope scope_of(const Ledger& ledger, const Keep& keep);

/// Those of the node's that are there.
[[nodiscard]] std::vector<teardown::Interface> our_interfaces(const ResetScope& scope);

/// Whether a file of ours is a key that is to be kept.
[[nodiscard]] bool stays_as_identity(const ResetScope& scope, const std::string& path);

/// Everything but what has to stay until the end: see survey_end.
[[nodiscard]] std::vector<Leftover> survey(const ResetScope& scope, ServiceManager* services);

/// Generations, store and state: what another attempt would need.
[[nodiscard]] std::vector<Leftover> survey_end(const ResetScope& scope);

} // namespace k8s_node
