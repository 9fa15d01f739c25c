// The few API server calls that a node installation needs: get, apply, delete.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "cluster/api_path.hpp"
#include "cluster/transport.hpp"

namespace k8s_node::cluster {

inline constexpr std::string_view field_manager = "k8s-node-install";

enum class Applied { created, changed, unchanged };

/// Every call throws ApiError if the server rejects it and ConnectionError if there is no
/// response.
class ApiClient {
public:
    /// The transport must outlive the client.
    explicit ApiClient(Transport& transport) : transport_(transport) {}

    /// Returns the object or list at a path; nullopt if there is none (404).
    [[nodiscard]] std::optional<Json> get(const std::string& path);

    /// Describes how the cluster differs from `object`; nullopt if applying it would change
    /// nothing. Changes nothing itself: reads the object and, if it looks different, lets the
    /// server try the change (dry run), since only the server knows that "0.1" is "100m". Throws
    /// ApiError if the server would refuse the change.
    [[nodiscard]] std::optional<std::string> differs(const Json& object);

    /// Applies `object` to the cluster (server-side apply; takes over conflicting fields of other
    /// managers).
    Applied apply(const Json& object);

    /// Applies a JSON merge patch (RFC 7386) and returns the resulting object.
    Json merge_patch(const std::string& path, const Json& patch);

    /// Deletes the object at a path; returns false if there was none.
    bool remove(const std::string& path);

    /// Returns the path of an object. Asks the server about kinds that are not well known, once
    /// each; nullopt if it does not serve the kind.
    [[nodiscard]] std::optional<std::string> find_path(const ObjectName& name);

    [[nodiscard]] Transport& transport() noexcept { return transport_; }

private:
    enum class DryRun { no, yes };
    Json send_apply(const ObjectName& name, const std::string& path, const Json& object,
                    DryRun dry_run);
    bool is_same_to_server(const ObjectName& name, const std::string& path, const Json& object,
                           const Json& live);
    std::optional<ResourceKind> find_kind(const ObjectName& name);

    Transport& transport_;
    std::map<std::pair<std::string, std::string>, ResourceKind> discovered_;
};

/// Returns "/api/v1/nodes/NAME".
[[nodiscard]] std::string node_path(std::string_view name);

} // namespace k8s_node::cluster
