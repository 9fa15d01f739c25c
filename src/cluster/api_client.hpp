// The few calls to the API server that make a node: get, apply, delete.
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

/// Every call throws ApiError when the server says no and ConnectionError when
/// nobody answers.
class ApiClient {
public:
    /// The transport must outlive the client.
    explicit ApiClient(Transport& transport) : transport_(transport) {}

    /// The object or list at a path; nullopt if there is none (404).
    [[nodiscard]] std::optional<Json> get(const std::string& path);

    /// How the cluster differs from `object`, in words; nullopt when applying
    /// it would change nothing. Changes nothing itself: reads the object, and
    /// where it looks different lets the server try the change (dry run), since
    /// only the server knows that "0.1" is "100m". Throws ApiError where the
    /// server would refuse the change.
    [[nodiscard]] std::optional<std::string> differs(const Json& object);

    /// Makes the cluster say what `object` says (server-side apply; fields of
    /// other managers that collide are taken over).
    Applied apply(const Json& object);

    /// A JSON merge patch (RFC 7386); returns the object after it.
    Json merge_patch(const std::string& path, const Json& patch);

    /// Deletes what is at a path; false if nothing was there.
    bool remove(const std::string& path);

    /// Where an object lives. Asks the server about kinds that are not well
    /// known, once each; nullopt if it does not serve the kind.
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

/// The merge patch that sets labels of a node; a nullopt removes its label.
[[nodiscard]] Json
node_label_patch(const std::map<std::string, std::optional<std::string>>& labels);

/// "/api/v1/nodes/NAME"
[[nodiscard]] std::string node_path(std::string_view name);

} // namespace k8s_node::cluster
