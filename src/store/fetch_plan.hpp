// What is to be fetched, made consistent before anything is downloaded. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/artifact.hpp"
#include "store/entry_manifest.hpp"

namespace k8s_node {

/// "kubernetes-server 1.36.5", for messages.
[[nodiscard]] std::string artifact_label(const Artifact& artifact);

/// The paths in the entry that an artifact promises.
[[nodiscard]] std::vector<std::string> promised_paths(const Artifact& artifact);

/// One artifact for each store name, with the members of all that share it
/// (several components take their binaries from one archive). Throws Error
/// (configuration) for names and paths that must not be in a store and for
/// artifacts that contradict each other.
[[nodiscard]] std::vector<Artifact> merge_artifacts(std::span<const Artifact> artifacts);

/// The artifact with what an existing entry of it holds besides, so that
/// replacing the entry takes nothing away from those who use it.
[[nodiscard]] Artifact with_files_of(Artifact artifact, const EntryManifest& existing);

} // namespace k8s_node
