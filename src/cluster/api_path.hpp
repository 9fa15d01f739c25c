// Where an object lives in the API. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

using Json = nlohmann::json;

enum class Scope { cluster, namespaced };

/// What the API calls a kind in its paths.
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

    /// "Deployment kube-system/coredns", for people.
    [[nodiscard]] std::string text() const;
};

/// Reads apiVersion, kind and metadata. Throws Error(configuration) naming the
/// field that is missing.
[[nodiscard]] ObjectName name_of(const Json& object);

/// The kinds that every cluster has and every node needs; nullopt for others.
[[nodiscard]] std::optional<ResourceKind> well_known(std::string_view api_version,
                                                     std::string_view kind);

/// "/api/v1" or "/apis/apps/v1": also where a group lists its resources.
[[nodiscard]] std::string group_path(std::string_view api_version);

/// The kind in such a list (an APIResourceList); nullopt if it is not in it.
[[nodiscard]] std::optional<ResourceKind> find_in_resource_list(const Json& list,
                                                                std::string_view kind);

/// The path of an object. A namespaced one that gives no namespace is in "default".
[[nodiscard]] std::string object_path(const ObjectName& name, const ResourceKind& resource);

/// A part of a path or query value with what is special there escaped.
[[nodiscard]] std::string escape_segment(std::string_view text);

} // namespace k8s_node::cluster
