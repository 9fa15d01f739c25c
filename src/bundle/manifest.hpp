// The manifest of a bundle: what the file promises to hold. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/artifact.hpp"

namespace k8s_node {

/// A downloaded file as upstream publishes it.
struct BundledArtifact {
    std::string name;
    std::string version;
    std::vector<std::string> architectures; ///< "amd64", "arm64": sorted, never empty
    std::string url;                        ///< upstream's, which the release names
    Digest digest;
    std::string path; ///< of the entry in the bundle: bundle_path(url)
    std::uint64_t size = 0;
    bool operator==(const BundledArtifact&) const = default;
};

/// An archive of container images (OCI layout or `docker save`).
struct BundledImage {
    std::vector<std::string> names; ///< "registry.k8s.io/pause:3.10", sorted, never empty
    Digest digest;                  ///< of the archive
    std::string path;               ///< "images/pause.tar"
    std::uint64_t size = 0;
    bool operator==(const BundledImage&) const = default;
};

struct BundleManifest {
    static constexpr const char* file_name = "manifest.json";
    /// The entry after it, as sha256sum(1) writes it.
    static constexpr const char* sum_name = "manifest.json.sha256";
    static constexpr std::int64_t format_version = 1;

    std::string release;               ///< "1.36.5"
    std::string release_text;          ///< the release file, as it was
    std::vector<std::string> profiles; ///< whose artifacts were collected
    std::vector<BundledArtifact> artifacts;
    std::vector<BundledImage> images;
    bool operator==(const BundleManifest&) const = default;

    /// Equal manifests have equal bytes; lists are sorted.
    [[nodiscard]] std::string to_json() const;

    /// Throws Error (verification) for text that is no manifest, for a newer format, for two
    /// entries of one path, and for paths that lead out of the directory that a bundle is unpacked
    /// into.
    [[nodiscard]] static BundleManifest parse(std::string_view json);
};

/// Returns where a URL's file lies in a bundle: "dl.k8s.io/v1.36.5/kubelet" for
/// "https://dl.k8s.io/v1.36.5/kubelet". It is also its path on a mirror, so that the directory that
/// a bundle is unpacked into can be served as one.
[[nodiscard]] std::string bundle_path(std::string_view url);

} // namespace k8s_node
