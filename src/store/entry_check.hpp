// Compares a store entry with what was recorded when it was created.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/artifact.hpp"
#include "store/entry_manifest.hpp"

namespace k8s_node {

/// A difference of the store from what was published.
struct StoreProblem {
    std::string entry; ///< store name
    std::string path;  ///< in the entry; empty for the entry itself
    std::string what;  ///< "is missing", "has 12 bytes instead of 34", …
    bool operator==(const StoreProblem&) const = default;
};

enum class CheckDepth {
    /// Type, size and mode; the content only of files whose modification time differs from the
    /// recorded one.
    attributes,
    content, ///< SHA-256 of every file as well
};

/// Returns the manifest of an entry, or nullopt if there is none that can be read.
[[nodiscard]] std::optional<EntryManifest> read_manifest(const std::filesystem::path& entry);

/// Compares an entry with its own manifest, whatever its artifact.
[[nodiscard]] std::vector<StoreProblem> check_entry(const std::filesystem::path& store,
                                                    const std::string& name, CheckDepth depth);

/// Returns an empty list if the entry is complete, unchanged, and has what the artifact needs.
[[nodiscard]] std::vector<StoreProblem> check_entry(const std::filesystem::path& store,
                                                    const Artifact& artifact, CheckDepth depth);

} // namespace k8s_node
