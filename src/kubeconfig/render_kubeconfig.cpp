#include <yaml-cpp/yaml.h>

#include "kubeconfig/base64.hpp"
#include "kubeconfig/kubeconfig.hpp"

namespace k8s_node {

namespace {

YAML::Node named_entry(const std::string& name, const char* kind, const YAML::Node& body) {
    YAML::Node entry;
    entry["name"] = name;
    entry[kind] = body;
    YAML::Node list;
    list.push_back(entry);
    return list;
}

} // namespace

std::string render_kubeconfig(const KubeconfigSpec& spec, std::string_view authority_pem,
                              std::string_view certificate_pem, std::string_view key_pem) {
    YAML::Node cluster;
    cluster["certificate-authority-data"] = to_base64(authority_pem);
    cluster["server"] = spec.server;
    YAML::Node context;
    context["cluster"] = spec.cluster;
    context["user"] = spec.common_name;
    YAML::Node user;
    user["client-certificate-data"] = to_base64(certificate_pem);
    user["client-key-data"] = to_base64(key_pem);
    const std::string context_name = spec.common_name + "@" + spec.cluster;

    YAML::Node document;
    document["apiVersion"] = "v1";
    document["kind"] = "Config";
    document["clusters"] = named_entry(spec.cluster, "cluster", cluster);
    document["contexts"] = named_entry(context_name, "context", context);
    document["current-context"] = context_name;
    document["users"] = named_entry(spec.common_name, "user", user);
    return YAML::Dump(document) + "\n";
}

} // namespace k8s_node
