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

/// Returns the text of a kubeconfig with one of each.
std::string render(const std::string& cluster_name, const YAML::Node& cluster,
                   const std::string& user_name, const YAML::Node& user) {
    YAML::Node context;
    context["cluster"] = cluster_name;
    context["user"] = user_name;
    const auto context_name = user_name + "@" + cluster_name;

    YAML::Node document;
    document["apiVersion"] = "v1";
    document["kind"] = "Config";
    document["clusters"] = named_entry(cluster_name, "cluster", cluster);
    document["contexts"] = named_entry(context_name, "context", context);
    document["current-context"] = context_name;
    document["users"] = named_entry(user_name, "user", user);
    return YAML::Dump(document) + "\n";
}

} // namespace

std::string render_token_kubeconfig(const std::string& server, const std::string& authority_path,
                                    const std::string& token) {
    YAML::Node cluster;
    cluster["certificate-authority"] = authority_path;
    cluster["server"] = server;
    YAML::Node user;
    user["token"] = token;
    return render("kubernetes", cluster, "bootstrap", user);
}

std::string render_kubeconfig(const KubeconfigSpec& spec, std::string_view authority_pem,
                              std::string_view certificate_pem, std::string_view key_pem) {
    YAML::Node cluster;
    cluster["certificate-authority-data"] = to_base64(authority_pem);
    cluster["server"] = spec.server;
    YAML::Node user;
    user["client-certificate-data"] = to_base64(certificate_pem);
    user["client-key-data"] = to_base64(key_pem);
    return render(spec.cluster, cluster, spec.common_name, user);
}

} // namespace k8s_node
