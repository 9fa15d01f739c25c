// The bill of materials of an installed node.
#pragma once

#include <string>

#include "configuration/options.hpp"

namespace k8s_node {

/// Returns a CycloneDX 1.5 document (JSON, https://cyclonedx.org/docs/1.5/json/): every program
/// that the current generation has in the store, with the version, URL and digest of the artifact
/// it came from, the licence if the release file names one, and its own digest as it was unpacked.
/// The same bytes for the same generation. Throws Error(unsuitable) if no node is installed.
[[nodiscard]] std::string make_sbom(const NodeOptions& options);

} // namespace k8s_node
