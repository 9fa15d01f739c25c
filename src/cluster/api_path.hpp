// Paths of objects in the API. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

using Json = nlohmann::json;

enum class Scope { cluster, namespaced };

/// How API paths name a kind.
struct ResourceKind {
    std::string plural; ///< "configmaps"
    Scope scope = Scope::namespaced;
    bool operator==(const ResourceKind&) const = default;
};

/// The names of an object, from its own fields.
struct ObjectName {
    std::string api_version; ///< "apps/v1"
    std::string kind;        ///< "Deployment"
    std::string space;       ///< its namespace; empty if it gives none
    std::string name;

    /// Returns "Deployment kube-system/coredns", for people.
    [[nodiscard]] std::string text() const;
};

/// Reads apiVersion, kind and metadata. Throws Error(configuration) naming the missing field.
[[nodiscard]] ObjectName name_of(const Json& object);

/// Returns a kind that every cluster has and nodes need; nullopt for others.
[[nodiscard]] std::optional<ResourceKind> well_known(std::string_view api_version,
                                                     std::string_view kind);

/// Returns "/api/v1" or "/apis/apps/v1", where a group also lists its resources.
[[nodiscard]] std::string group_path(std::string_view api_version);

/// Returns the kind in such a list (an APIResourceList); nullopt if it is not in it.
[[nodiscard]] std::optional<ResourceKind> find_in_resource_list(const Json& list,
                                                                std::string_view kind);

/// Returns the path of an object. A namespaced one without a namespace is in "default".
[[nodiscard]] std::string object_path(const ObjectName& name, const ResourceKind& resource);

/// Escapes special characters in a part of a path or a query value.
[[nodiscard]] std::string escape_segment(std::string_view text);

} // namespace k8s_node::cluster
