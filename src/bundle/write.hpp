// Writes a bundle.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "bundle/manifest.hpp"

namespace k8s_node {

/// The open file of an entry, by the entry's path. The descriptors are the caller's.
using EntryFiles = std::map<std::string, int>;

/// Writes the bundle that a manifest describes, whole or not at all, in place of what is at `path`.
/// Equal manifests and files give equal bytes, on every machine. Throws Error, also if a file does
/// not have the size that the manifest says.
void write_bundle(const std::filesystem::path& path, const BundleManifest& manifest,
                  const EntryFiles& files);

} // namespace k8s_node
