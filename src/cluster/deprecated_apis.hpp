// API versions that clients still ask for although they will be removed, as
// the API server itself has counted since it started.
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
    std::string removed_release; ///< "1.37"; empty while that is not decided
    bool operator==(const DeprecatedApi&) const = default;

    /// "resource.k8s.io/v1beta1 resourceclaims"
    [[nodiscard]] std::string text() const;
};

/// Reads the metric out of the text format of Prometheus. Pure; lines of
/// subresources count as their resource. In order of appearance, each once.
[[nodiscard]] std::vector<DeprecatedApi> parse_deprecated_apis(std::string_view metrics);

/// Asks the API server for it.
[[nodiscard]] std::vector<DeprecatedApi> requested_deprecated_apis(ApiClient& client);

} // namespace k8s_node::cluster
