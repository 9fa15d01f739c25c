// Makes a bundle for nodes that other machines will be.
#pragma once

#include <string>
#include <vector>

#include "bundle/manifest.hpp"
#include "configuration/options.hpp"
#include "store/fetch_options.hpp"

namespace k8s_node {

/// What a bundle shall be good for.
struct BundleRequest {
    std::vector<std::string> profiles;
    std::vector<std::string> architectures; ///< empty: that of this machine
    std::vector<std::string> images;        ///< paths of archives
    std::string out;                        ///< the bundle, which is replaced
};

/// Resolves each profile for each architecture with the release and the configuration of `options`,
/// downloads what these nodes would, and writes the bundle. What a node needs besides artifacts,
/// such as the endpoint of its cluster, need not be known. Throws Error.
BundleManifest make_bundle(const NodeOptions& options, const BundleRequest& request,
                           FetchObserver& observer);

} // namespace k8s_node
