// The `provides` part of a component: what its services are to the cluster.
#include "components/parts.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

std::string take_unit(MapReader& reader, NodeParts& node) {
    const auto name = reader.require_text("service");
    const auto at = reader.at("service");
    if (name.empty()) {
        return {};
    }
    auto unit = unit_name_at(name, at, node.diagnostics);
    node.provided_units.push_back({unit, at});
    return unit;
}

std::string take_path(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    auto path = reader.require_text(key);
    if (!path.empty() && !is_plain_absolute_path(path)) {
        diagnostics.add(reader.at(key), "'" + path + "' is not an absolute path");
    }
    return path;
}

std::string take_url(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    auto url = reader.require_text(key);
    if (!url.empty() && !is_web_url(url)) {
        diagnostics.add(reader.at(key), "'" + url + "' is not a URL",
                        "write it like https://127.0.0.1:2379");
    }
    return url;
}

EtcdMember read_etcd(MapReader& reader, NodeParts& node) {
    EtcdMember etcd;
    etcd.unit = take_unit(reader, node);
    etcd.version = reader.require_text("version");
    etcd.tools = take_path(reader, "tools", node.diagnostics);
    etcd.endpoint = take_url(reader, "endpoint", node.diagnostics);
    etcd.ca = take_path(reader, "ca", node.diagnostics);
    etcd.certificate = take_path(reader, "certificate", node.diagnostics);
    etcd.key = take_path(reader, "key", node.diagnostics);
    etcd.data = take_path(reader, "data", node.diagnostics);
    etcd.user = reader.take_text("user");
    for (const auto& [flag, value] : reader.take_text_map("member")) {
        etcd.identity.push_back("--" + flag + "=" + value);
    }
    return etcd;
}

bool take_boolean(MapReader& reader, const std::string& key, bool fallback,
                  Diagnostics& diagnostics) {
    const auto* value = reader.take(key);
    const auto known = value == nullptr ? fallback : value->as_bool();
    if (!known) {
        diagnostics.add(value->at(),
                        "'" + key + "' must be true or false, not '" + value->text() + "'");
    }
    return known.value_or(fallback);
}

KubeletInstance read_kubelet(MapReader& reader, NodeParts& node) {
    KubeletInstance kubelet;
    kubelet.unit = take_unit(reader, node);
    kubelet.refuses_swap = take_boolean(reader, "refuses_swap", true, node.diagnostics);
    kubelet.server = reader.take_text("server");
    kubelet.tls_server_name = reader.take_text("tls_server_name");
    return kubelet;
}

/// Calls `read` with the role's map if the component has it. Only one component may, because there
/// is only one answer to who it is.
template <typename Member, typename Read>
void read_single(MapReader& reader, const std::string& role, std::optional<Member>& member,
                 NodeParts& node, Read&& read) {
    const auto* map = reader.take_map(role);
    if (map == nullptr) {
        return;
    }
    if (member) {
        node.diagnostics.add(map->at(), "two components provide '" + role + "'");
    }
    MapReader inner(*map, "'" + role + "'", node.diagnostics);
    member = read(inner);
    inner.finish();
}

void read_units(MapReader& reader, const std::string& role, std::vector<std::string>& units,
                NodeParts& node) {
    for (const auto* name : reader.take_scalars(role)) {
        units.push_back(unit_name_at(name->text(), name->at(), node.diagnostics));
        node.provided_units.push_back({units.back(), name->at()});
    }
}

} // namespace

void read_provided(const Tree& provides, NodeParts& node) {
    auto& provided = node.spec.provided;
    MapReader reader(provides, "'provides'", node.diagnostics);
    read_single(reader, "etcd", provided.etcd, node,
                [&](MapReader& etcd) { return read_etcd(etcd, node); });
    read_single(reader, "api_server", provided.api_server, node, [&](MapReader& server) {
        return ApiServerInstance{take_unit(server, node), server.require_text("address")};
    });
    read_single(reader, "kubelet", provided.kubelet, node,
                [&](MapReader& kubelet) { return read_kubelet(kubelet, node); });
    read_units(reader, "controllers", provided.controllers, node);
    read_units(reader, "node_agents", provided.node_agents, node);
    reader.finish();
}

void check_provided(const NodeParts& node) {
    std::vector<std::string> services;
    for (const auto& service : node.spec.services) {
        services.push_back(service.unit);
    }
    for (const auto& unit : node.provided_units) {
        if (!contains(services, unit.name)) {
            const auto near = nearest_word(unit.name, services);
            node.diagnostics.add(unit.at, "no component of this node has the service " + unit.name,
                                 near ? "did you mean '" + *near + "'?" : "");
        }
    }
}

} // namespace k8s_node
