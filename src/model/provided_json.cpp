#include "model/provided_json.hpp"

namespace k8s_node {

namespace {

using nlohmann::ordered_json;

ordered_json to_json(const KubeletInstance& kubelet) {
    ordered_json out = {{"unit", kubelet.unit}, {"refuses_swap", kubelet.refuses_swap}};
    if (!kubelet.server.empty()) {
        out["api_server"] = {{"server", kubelet.server},
                             {"tls_server_name", kubelet.tls_server_name}};
    }
    return out;
}

KubeletInstance read_kubelet(const JsonObject& kubelet) {
    KubeletInstance out{.unit = kubelet.text("unit"),
                        .refuses_swap = kubelet.boolean("refuses_swap")};
    if (const auto api = kubelet.object("api_server")) {
        out.server = api->text("server");
        out.tls_server_name = api->text("tls_server_name");
    }
    return out;
}

ordered_json to_json(const EtcdMember& etcd) {
    return {{"unit", etcd.unit},   {"version", etcd.version},
            {"tools", etcd.tools}, {"endpoint", etcd.endpoint},
            {"ca", etcd.ca},       {"certificate", etcd.certificate},
            {"key", etcd.key},     {"data", etcd.data},
            {"user", etcd.user},   {"identity", etcd.identity}};
}

EtcdMember read_etcd(const JsonObject& etcd) {
    return {
        .unit = etcd.text("unit"),
        .version = etcd.text("version"),
        .tools = etcd.text("tools"),
        .endpoint = etcd.text("endpoint"),
        .ca = etcd.text("ca"),
        .certificate = etcd.text("certificate"),
        .key = etcd.text("key"),
        .data = etcd.text("data"),
        .user = etcd.text("user"),
        .identity = etcd.texts("identity"),
    };
}

} // namespace

nlohmann::ordered_json json_of(const Provided& provided) {
    ordered_json out = ordered_json::object();
    if (provided.etcd) {
        out["etcd"] = to_json(*provided.etcd);
    }
    if (provided.api_server) {
        out["api_server"] = {{"unit", provided.api_server->unit},
                             {"address", provided.api_server->address}};
    }
    if (provided.kubelet) {
        out["kubelet"] = to_json(*provided.kubelet);
    }
    out["controllers"] = provided.controllers;
    out["node_agents"] = provided.node_agents;
    return out;
}

Provided provided_of(const JsonObject& document) {
    Provided provided;
    if (const auto etcd = document.object("etcd")) {
        provided.etcd = read_etcd(*etcd);
    }
    if (const auto server = document.object("api_server")) {
        provided.api_server = {server->text("unit"), server->text("address")};
    }
    if (const auto kubelet = document.object("kubelet")) {
        provided.kubelet = read_kubelet(*kubelet);
    }
    provided.controllers = document.texts("controllers");
    provided.node_agents = document.texts("node_agents");
    return provided;
}

} // namespace k8s_node
