// Compares an entry of the store with what was written down when it was made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/artifact.hpp"
#include "store/entry_manifest.hpp"

namespace k8s_node {

/// Something in the store that is not as it was published.
struct StoreProblem {
    std::string entry; ///< store name
    std::string path;  ///< in the entry; empty for the entry itself
    std::string what;  ///< "is missing", "has 12 bytes instead of 34", …
    bool operator==(const StoreProblem&) const = default;
};

enum class CheckDepth {
    /// Kind, size and mode; the content only of files whose time of change is
    /// another one than was written down.
    attributes,
    content, ///< SHA-256 of every file as well
};

/// The manifest of an entry, or nullopt where there is none that can be read.
[[nodiscard]] std::optional<EntryManifest> read_manifest(const std::filesystem::path& entry);

/// Compares an entry with its own manifest, whatever artifact it is of.
[[nodiscard]] std::vector<StoreProblem> check_entry(const std::filesystem::path& store,
                                                    const std::string& name, CheckDepth depth);

/// Empty when the entry is whole, unchanged, and has what the artifact wants.
[[nodiscard]] std::vector<StoreProblem> check_entry(const std::filesystem::path& store,
                                                    const Artifact& artifact, CheckDepth depth);

} // namespace k8s_node
