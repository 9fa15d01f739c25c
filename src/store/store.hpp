// The store: one read-only directory for each pinned artifact, either complete or absent. Entries
// are named after their digest and never modified.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "model/artifact.hpp"
#include "store/entry_check.hpp"
#include "store/fetch_options.hpp"

namespace k8s_node {

/// Everything that writes (fetch, gc) needs the program's lock to be held: two
/// concurrent writers would remove each other's staging directories.
class Store {
public:
    explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) {}

    [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }
    /// Returns the path of the artifact's entry, which need not exist.
    [[nodiscard]] std::filesystem::path entry(const Artifact& artifact) const {
        return directory_ / artifact.store_name();
    }
    /// True if the entry exists with every file that the artifact needs.
    [[nodiscard]] bool contains(const Artifact& artifact) const;

    /// Waits in `loop`. Downloads, verifies, unpacks and publishes what is not there yet; entries
    /// without a check_quick() problem are not fetched again. Artifacts of one store name are
    /// fetched once, with the members of all; a damaged or incomplete entry is replaced in one
    /// step. The first failure stops the rest, and what was published stays. Throws Error
    /// (verification or fetch) naming the artifact and the URL.
    void fetch(std::span<const Artifact> missing, const FetchOptions& options,
               FetchObserver& observer, EventLoop& loop) const;

    /// Compares existence, type, size, mode and modification time of the files, and the content
    /// of those whose time differs: a replaced program is found without reading the others.
    [[nodiscard]] std::vector<StoreProblem> check_quick(std::span<const Artifact> artifacts) const;
    /// Like check_quick(), but for one entry by its name, whatever its artifact.
    [[nodiscard]] std::vector<StoreProblem> check_named(const std::string& name) const;
    /// Checks everything in the store, and what is `needed` and may be missing, by the SHA-256 of
    /// every file; sorted by name.
    [[nodiscard]] std::vector<StoreProblem> verify(std::set<std::string> needed = {}) const;

    /// Removes what killed runs left behind. Only for the holder of the run's lock.
    void remove_leftovers() const;

    /// Removes all entries except those with the given store names, and what killed runs left
    /// behind. Returns the names of the removed entries, sorted.
    [[nodiscard]] std::vector<std::string> gc(const std::set<std::string>& keep) const;

private:
    std::filesystem::path directory_;
};

} // namespace k8s_node
