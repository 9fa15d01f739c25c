// The differences between two bundles. Pure.
#pragma once

#include <string>
#include <vector>

#include "bundle/manifest.hpp"

namespace k8s_node {

/// Returns a line for each item that only one of them has: "-" and "+" before what is only in the
/// first and in the second. An item with other bytes counts as another. Empty if both have the
/// same.
[[nodiscard]] std::vector<std::string> bundle_difference(const BundleManifest& before,
                                                         const BundleManifest& after);

} // namespace k8s_node
