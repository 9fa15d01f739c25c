// Deprecated API versions that clients still request, as the API server has counted since it
// started.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/api_client.hpp"

namespace k8s_node::cluster {

/// One line of the metric apiserver_requested_deprecated_apis.
struct DeprecatedApi {
    std::string group; ///< empty for the core group
    std::string version;
    std::string resource;
    std::string removed_release; ///< "1.37"; empty if not yet decided
    bool operator==(const DeprecatedApi&) const = default;

    /// "resource.k8s.io/v1beta1 resourceclaims"
    [[nodiscard]] std::string text() const;
};

/// Parses the metric from Prometheus text format. Pure; lines of subresources count as their
/// resource. In order of appearance, each once.
[[nodiscard]] std::vector<DeprecatedApi> parse_deprecated_apis(std::string_view metrics);

/// Reads the metric from the API server.
[[nodiscard]] std::vector<DeprecatedApi> requested_deprecated_apis(ApiClient& client);

} // namespace k8s_node::cluster
