// The ledger of ownership: what this program made outside of its own
// directories, and what components leave there. Written before the thing
// itself, so that whatever an interrupted run has left is known to be ours.
// reset removes what is in it and nothing else.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/leavings.hpp"
#include "model/node_spec.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Absolute paths as they are without --root.
struct Ledger {
    std::set<std::string> files{};
    std::set<std::string> links{};
    std::set<std::string> aside{};       ///< those before which something was there: aside.hpp
    std::set<std::string> keys{};        ///< those of `files` that are the node's identity
    std::set<std::string> directories{}; ///< to be removed only when empty
    std::set<std::string> users{};       ///< made from our sysusers.d files
    /// "user NAME", "group NAME", "interface NAME", "data PATH", "running UNIT": before us
    std::set<std::string> found{};
    std::map<std::string, std::string> sysctls{}; ///< the values before ours
    std::set<std::string> units{};
    std::set<std::string> programs{}; ///< that components need, and a reset may
    std::string node_name{};
    std::string cluster_kubeconfig{};           ///< with which the Node object can be deleted
    Leavings leaves{};                          ///< of all components that were ever installed
    std::map<std::string, std::string> fixed{}; ///< settings that cannot change any more
    bool operator==(const Ledger&) const = default;

    /// Adds a file or link that is about to be made and the directories on the
    /// way to it that are not there yet.
    void note_file(const std::string& path, const Root& root);
    void note_link(const std::string& path, const Root& root);
    void note_directories(const std::string& path, const Root& root);
    /// Adds a unit of one of our names that somebody else has running.
    void note_running(const std::string& unit) { found.insert("running " + unit); }
    /// Adds what running a node leaves, and looks what of it is there already.
    void note_node(const NodeSpec& spec, const Root& root);
    /// Paths that no look for somebody else's data needs to stop at: our own, and
    /// data that were there before us and are used since.
    [[nodiscard]] std::set<std::string> known_data() const;
    /// Whether these data were there before us; a reset leaves them.
    [[nodiscard]] bool is_found_data(const std::string& path) const;
    [[nodiscard]] bool contains(const std::string& path) const {
        return files.contains(path) || links.contains(path);
    }
    void forget(const std::string& path) {
        files.erase(path);
        links.erase(path);
        aside.erase(path);
        keys.erase(path);
    }
};

namespace paths {
inline constexpr const char* state = "/etc/k8s-node/state";
inline constexpr const char* ledger = "/etc/k8s-node/state/ledger.json";
} // namespace paths

/// An empty ledger where there is none. Throws Error for a damaged one and for
/// one that a newer program wrote, of which this one would forget a part.
[[nodiscard]] Ledger read_ledger(const Root& root);

/// Replaces the ledger if it differs from what is on disk.
void write_ledger(const Root& root, const Ledger& ledger);

/// Notes in the ledger on disk what the node is made with and cannot change any
/// more. That is so from when it begins to run: what a run got wrong that did
/// not come so far can be corrected.
void fix_settings(const NodeSpec& spec, const Root& root);

} // namespace k8s_node
