// The list of artifacts to fetch, checked for consistency before anything is downloaded. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/artifact.hpp"
#include "store/entry_manifest.hpp"

namespace k8s_node {

/// Returns "kubernetes-server 1.36.5", for messages.
[[nodiscard]] std::string artifact_label(const Artifact& artifact);

/// Returns the paths that an artifact has in its entry.
[[nodiscard]] std::vector<std::string> promised_paths(const Artifact& artifact);

/// Returns one artifact for each store name, with the members of all that share it (several
/// components take their binaries from one archive). Throws Error (configuration) for names and
/// paths that a store cannot have and for artifacts that contradict each other.
[[nodiscard]] std::vector<Artifact> merge_artifacts(std::span<const Artifact> artifacts);

/// Returns the artifact with the files that its existing entry has in addition, so that replacing
/// the entry removes nothing that others use.
[[nodiscard]] Artifact with_files_of(Artifact artifact, const EntryManifest& existing);

} // namespace k8s_node
