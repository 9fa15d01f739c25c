// The ledger of ownership: what this program created outside of its own directories, and what
// components leave behind there. Written before the thing itself, so that what an interrupted run
// left is known to be ours. reset removes what is listed and nothing else.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "model/cleanup.hpp"
#include "model/manifest.hpp"
#include "model/node_spec.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Paths are absolute and without the --root prefix.
struct Ledger {
    std::set<std::string> files{};
    std::set<std::string> links{};
    std::set<std::string> backups{};     ///< those of `files` and `links` that have a backup
    std::set<std::string> keys{};        ///< those of `files` that are the node's identity
    std::set<std::string> directories{}; ///< removed only when empty
    std::set<std::string> users{};       ///< created from our sysusers.d files
    /// "user NAME", "group NAME", "interface NAME", "data PATH", "running UNIT": what was there
    /// before us
    std::set<std::string> found{};
    std::map<std::string, std::string> sysctls{}; ///< the values before ours
    std::set<std::string> units{};
    std::set<std::string> objects{};  ///< applied to the cluster: "v1 ConfigMap space/name"
    std::set<std::string> programs{}; ///< that components need, and a reset may
    std::string node_name{};
    std::string cluster_kubeconfig{};           ///< that may delete the Node object
    Provided provided{};                        ///< to leave the cluster in an orderly way
    Cleanup cleanup{};                          ///< of all components that were ever installed
    std::map<std::string, std::string> fixed{}; ///< settings that cannot change any more
    bool operator==(const Ledger&) const = default;

    /// Adds a file or link that is about to be created, and its parent directories that do not
    /// exist yet.
    void note_file(const std::string& path, const Root& root);
    void note_link(const std::string& path, const Root& root);
    void note_directories(const std::string& path, const Root& root);
    /// Adds a unit with one of our names that somebody else runs.
    void note_running(const std::string& unit) { found.insert("running " + unit); }
    /// Adds what running the node leaves behind, and records which of it exists already.
    void note_node(const NodeSpec& spec, const Root& root);
    /// Adds the parts that the node's units play in the cluster.
    void note_provided(const Provided& now);
    /// Returns the paths that a search for foreign data skips: our own, and data that existed
    /// before us and are in use since.
    [[nodiscard]] std::set<std::string> known_data() const;
    /// True if these data existed before us, so that a reset keeps them.
    [[nodiscard]] bool is_found_data(const std::string& path) const;
    [[nodiscard]] bool contains(const std::string& path) const {
        return files.contains(path) || links.contains(path);
    }
    /// True for a file that this program or a service of it has written: a service's is in the
    /// cleanup of its component.
    [[nodiscard]] bool is_written_by_us(const std::string& path) const {
        return contains(path) || std::ranges::find(cleanup.paths, path) != cleanup.paths.end();
    }
    void forget(const std::string& path) {
        files.erase(path);
        links.erase(path);
        backups.erase(path);
        keys.erase(path);
    }
};

namespace paths {
inline constexpr const char* state = "/etc/k8s-node/state";
inline constexpr const char* ledger = "/etc/k8s-node/state/ledger.json";
/// An operator's, unless a first boot has fetched it.
inline constexpr const char* node_configuration = "/etc/k8s-node/node.yaml";
} // namespace paths

/// Returns an empty ledger if there is none. Throws Error for a damaged one, and for one written by
/// a newer program, of which this one would drop a part.
[[nodiscard]] Ledger read_ledger(const Root& root);

/// Writes the ledger if it differs from what is on disk.
void write_ledger(const Root& root, const Ledger& ledger);

/// Records in the ledger on disk the settings that the node is created with and that cannot change
/// any more. That holds from when it begins to run: mistakes of a run that did not get that far can
/// be corrected.
void fix_settings(const Manifest& manifest, const Root& root);

} // namespace k8s_node
