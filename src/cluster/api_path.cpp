#include "cluster/api_path.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "cluster/json_text.hpp"
#include "support/error.hpp"

namespace k8s_node::cluster {

namespace {

struct WellKnown {
    std::string_view api_version;
    std::string_view kind;
    std::string_view plural;
    Scope scope;
};

constexpr std::string_view rbac = "rbac.authorization.k8s.io/v1";
constexpr std::string_view admission = "admissionregistration.k8s.io/v1";

constexpr std::array<WellKnown, 15> well_known_kinds{{
    {"v1", "ConfigMap", "configmaps", Scope::namespaced},
    {"v1", "Secret", "secrets", Scope::namespaced},
    {"v1", "Namespace", "namespaces", Scope::cluster},
    {"v1", "ServiceAccount", "serviceaccounts", Scope::namespaced},
    {"v1", "Service", "services", Scope::namespaced},
    {"v1", "Endpoints", "endpoints", Scope::namespaced},
    {"v1", "Node", "nodes", Scope::cluster},
    {rbac, "ClusterRole", "clusterroles", Scope::cluster},
    {rbac, "ClusterRoleBinding", "clusterrolebindings", Scope::cluster},
    {rbac, "Role", "roles", Scope::namespaced},
    {rbac, "RoleBinding", "rolebindings", Scope::namespaced},
    {admission, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", Scope::cluster},
    {admission, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings",
     Scope::cluster},
    {"apps/v1", "DaemonSet", "daemonsets", Scope::namespaced},
    {"apps/v1", "Deployment", "deployments", Scope::namespaced},
}};

std::string required(const Json& object, const char* key, const std::string& field,
                     const std::string& of_what) {
    auto text = text_at(object, key);
    if (text.empty()) {
        throw Error("the object" + of_what + " has no '" + field + "'", ExitStatus::configuration);
    }
    return text;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == ':';
}

} // namespace

std::string ObjectName::text() const {
    return kind + " " + (space.empty() ? "" : space + "/") + name;
}

ObjectName name_of(const Json& object) {
    ObjectName name;
    name.kind = required(object, "kind", "kind", "");
    name.api_version = required(object, "apiVersion", "apiVersion", " of kind " + name.kind);
    const auto metadata = object.find("metadata");
    const Json& named = metadata == object.end() ? Json{} : *metadata;
    name.name = required(named, "name", "metadata.name", " of kind " + name.kind);
    name.space = text_at(named, "namespace");
    return name;
}

std::optional<ResourceKind> well_known(std::string_view api_version, std::string_view kind) {
    const auto* found = std::ranges::find_if(well_known_kinds, [&](const auto& entry) {
        return entry.api_version == api_version && entry.kind == kind;
    });
    if (found == well_known_kinds.end()) {
        return std::nullopt;
    }
    return ResourceKind{std::string(found->plural), found->scope};
}

std::string group_path(std::string_view api_version) {
    const bool is_core = api_version.find('/') == std::string_view::npos;
    return (is_core ? "/api/" : "/apis/") + std::string(api_version);
}

std::optional<ResourceKind> find_in_resource_list(const Json& list, std::string_view kind) {
    const auto resources = list.find("resources");
    if (resources == list.end() || !resources->is_array()) {
        return std::nullopt;
    }
    for (const auto& resource : *resources) {
        const auto plural = text_at(resource, "name");
        // "deployments/status" is a subresource of the same kind.
        if (text_at(resource, "kind") != kind || plural.find('/') != std::string::npos) {
            continue;
        }
        const auto namespaced = resource.find("namespaced");
        const bool is_namespaced = namespaced != resource.end() && *namespaced == true;
        return ResourceKind{plural, is_namespaced ? Scope::namespaced : Scope::cluster};
    }
    return std::nullopt;
}

std::string object_path(const ObjectName& name, const ResourceKind& resource) {
    std::string path = group_path(name.api_version);
    if (resource.scope == Scope::namespaced) {
        path += "/namespaces/" + escape_segment(name.space.empty() ? "default" : name.space);
    }
    return path + "/" + resource.plural + "/" + escape_segment(name.name);
}

std::string escape_segment(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_plain(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

} // namespace k8s_node::cluster
