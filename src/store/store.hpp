// The store: one read-only directory for each pinned artifact, whole or not
// there. Entries are named after their digest and never edited.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/artifact.hpp"
#include "store/entry_check.hpp"
#include "store/fetch_options.hpp"

namespace k8s_node {

/// Everything that writes (fetch, discard, gc) needs the program's lock to be
/// held: two writers at once would remove each other's staging.
class Store {
public:
    explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) {}

    [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }
    /// Where the artifact's entry is or will be.
    [[nodiscard]] std::filesystem::path entry(const Artifact& artifact) const {
        return directory_ / artifact.store_name();
    }
    /// Whether the entry is there with every file that the artifact wants.
    [[nodiscard]] bool contains(const Artifact& artifact) const;

    /// Downloads, verifies, unpacks and publishes what is not there yet;
    /// entries that check_quick() finds in order are not fetched again.
    /// Artifacts of one store name are fetched once, with the members of all;
    /// a damaged or too narrow entry is replaced in one step. The first
    /// failure stops the rest, and what was published stays. Throws Error
    /// (verification or fetch) naming the artifact and the URL.
    void fetch(std::span<const Artifact> missing, const FetchOptions& options,
               FetchObserver& observer) const;

    /// Compares existence, kind, size, mode and time of change of the files,
    /// and the content of those whose time differs: a replaced program is found
    /// without reading the others.
    [[nodiscard]] std::vector<StoreProblem> check_quick(std::span<const Artifact> artifacts) const;
    /// The same for one entry by its name, whatever artifact it is of.
    [[nodiscard]] std::vector<StoreProblem> check_named(const std::string& name) const;
    /// Everything in the store, and what is `needed` and may not be there, by
    /// the SHA-256 of every file; sorted by name.
    [[nodiscard]] std::vector<StoreProblem> verify(std::set<std::string> needed = {}) const;

    /// Removes one entry, if it is there, so that the next fetch brings it
    /// anew. Programs that run from it go on running.
    void discard(const Artifact& artifact) const;

    /// Removes what dead runs left. Only for the holder of the run's lock.
    void remove_leftovers() const;

    /// Removes all entries but those with the given store names, and what
    /// dead runs left. Returns the names of the removed ones, sorted.
    [[nodiscard]] std::vector<std::string> gc(const std::set<std::string>& keep) const;

private:
    std::filesystem::path directory_;
};

} // namespace k8s_node
