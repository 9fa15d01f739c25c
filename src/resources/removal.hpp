// Taking the node away: what of it exists, by the ledger and by what components declare, never by
// what a run believes it has done.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "generations/ledger.hpp"
#include "loop/event_loop.hpp"
#include "support/log.hpp"
#include "systemd/manager.hpp"
#include "teardown/host_effects.hpp"

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

/// A program that the removal runs.
struct NeededProgram {
    std::string program;
    std::string what; ///< what it is needed for: "remove the user etcd"
};

/// The stages of taking a node away, in their order: first what could start anything again, then
/// what runs, then what that left in the kernel.
enum class RemovalStage {
    stop_kubelet, ///< what would start pods, or the whole node, again
    leave_cluster,
    end_pods,
    stop_services,
    end_processes, ///< what units left running, and the control groups of pods
    remove_interfaces,
    remove_firewall,
    unmount,
    /// From here on only if nothing failed: what still runs or is mounted may use what is deleted.
    remove_data,
    remove_files,
    remove_users,
    restore_parameters,
    restore_logind,
    /// Only if nothing else is left: without these a removal that was killed could not be repeated.
    end,
};

/// The ledger and what is to be kept, as places to examine. Paths are absolute and without the
/// root, except those that only the kernel is asked for.
struct RemovalScope {
    Ledger ledger;
    Keep keep;
    std::vector<std::string> trees; ///< existing paths to be removed with all below them
    std::set<std::string> emptied;  ///< those that existed before us: they stay, empty
    std::set<std::string> kept;     ///< existing paths below them that stay
    std::vector<std::string> units; ///< all of the node's
    std::vector<std::string> network_namespaces; ///< paths of those that only the node uses
    teardown::MountScope mounts;                 ///< as the kernel knows them: with the root
    teardown::ProcessScope processes;            ///< likewise
};

/// A node that is being taken away, and the machine that it is taken from.
struct Removal {
    RemovalScope scope;
    Root root;
    ServiceManager* services; ///< nullptr if systemd is not running
    EventLoop& loop;
    teardown::HostEffects& host;
    EventSink& events;
};

/// True if a file of ours is to be kept: a key, or the join data of a node that will be installed
/// again.
[[nodiscard]] bool stays_as_identity(const RemovalScope& scope, const std::string& path);

/// True for a file of ours that says how the node is installed: join data, a configuration that a
/// first boot fetched, drop-ins of a rollout. A redeploy keeps them.
[[nodiscard]] bool is_for_next_install(const std::string& path);

/// Returns the paths under the root.
[[nodiscard]] std::set<std::string> under_root(const std::set<std::string>& paths,
                                               const Root& root);

/// True if a directory (under the root already) holds nothing but these paths and what leads to
/// them.
[[nodiscard]] bool is_empty_of_all_but(const std::filesystem::path& directory,
                                       const std::set<std::string>& kept);

/// True for a place of ours that a removal may leave as an empty directory, since it existed
/// before us.
[[nodiscard]] bool existed_before(const std::string& place, const RemovalScope& scope);

/// Appends a place of ours that must vanish, or be empty if it existed before us, unless it has.
void look_at_place(const std::string& place, const Removal& removal, std::vector<Leftover>& out);

/// Removes such a place with all below it, or empties it if it existed before us.
void remove_place(const std::string& place, const Removal& removal);

} // namespace k8s_node
