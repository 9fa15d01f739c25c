// Collects what a bundle shall hold, and writes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bundle/manifest.hpp"
#include "loop/event_loop.hpp"
#include "store/fetch_options.hpp"

namespace k8s_node {

/// An artifact and the architecture that it was resolved for.
struct ArtifactFor {
    Artifact artifact;
    std::string architecture;
};

/// The content of a bundle that is to be created.
struct BundleContent {
    std::string release;
    std::string release_text;
    std::vector<std::string> profiles;
    std::vector<ArtifactFor> artifacts;        ///< the same may occur several times
    std::vector<std::filesystem::path> images; ///< archives on this machine
};

/// Downloads and verifies the artifacts, as an installation does, into a directory next to `path`
/// that is removed in the end, and writes the bundle. Waits in `loop`. Throws Error; nothing is
/// then at `path` that was not there before.
BundleManifest create_bundle(const std::filesystem::path& path, const BundleContent& content,
                             const FetchOptions& options, FetchObserver& observer, EventLoop& loop);

/// Returns one item for each file, with all architectures that need it. Their sizes are not known
/// yet. Throws Error(configuration) for two different files of one URL. Pure.
[[nodiscard]] std::vector<BundledArtifact>
bundled_artifacts(const std::vector<ArtifactFor>& artifacts);

} // namespace k8s_node
