#include <yaml-cpp/yaml.h>

#include "kubeconfig/base64.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/error.hpp"

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

void name_server(YAML::Node& cluster, const std::string& tls_server_name) {
    if (!tls_server_name.empty()) {
        cluster["tls-server-name"] = tls_server_name;
    }
}

/// A message of yaml-cpp may show a credential.
YAML::Node parse(const std::string& text) {
    try {
        return YAML::Load(text);
    } catch (const YAML::Exception&) {
        throw Error("this is no YAML", ExitStatus::configuration);
    }
}

YAML::Node only_cluster(const YAML::Node& document) {
    if (document.IsMap() && document["clusters"] && document["clusters"].size() == 1) {
        const YAML::Node entry = document["clusters"].begin()->IsMap()
                                     ? YAML::Node(*document["clusters"].begin())
                                     : YAML::Node();
        if (entry.IsMap() && entry["cluster"] && entry["cluster"].IsMap()) {
            return entry["cluster"];
        }
    }
    throw Error("this is not a kubeconfig with one cluster", ExitStatus::configuration);
}

} // namespace

std::string render_token_kubeconfig(const std::string& server, const std::string& tls_server_name,
                                    const std::string& authority_path, const std::string& token) {
    YAML::Node cluster;
    cluster["certificate-authority"] = authority_path;
    cluster["server"] = server;
    name_server(cluster, tls_server_name);
    YAML::Node user;
    user["token"] = token;
    return render("kubernetes", cluster, "bootstrap", user);
}

std::string render_kubeconfig(const KubeconfigSpec& spec, std::string_view authority_pem,
                              std::string_view certificate_pem, std::string_view key_pem) {
    YAML::Node cluster;
    cluster["certificate-authority-data"] = to_base64(authority_pem);
    cluster["server"] = spec.server;
    name_server(cluster, spec.tls_server_name);
    YAML::Node user;
    user["client-certificate-data"] = to_base64(certificate_pem);
    user["client-key-data"] = to_base64(key_pem);
    return render(spec.cluster, cluster, spec.common_name, user);
}

std::string point_kubeconfig(const std::string& text, const std::string& server,
                             const std::string& tls_server_name) {
    const auto document = parse(text);
    auto cluster = only_cluster(document);
    if (cluster["server"].as<std::string>("") == server &&
        cluster["tls-server-name"].as<std::string>("") == tls_server_name) {
        return text;
    }
    cluster["server"] = server;
    cluster.remove("tls-server-name");
    name_server(cluster, tls_server_name);
    return YAML::Dump(document) + "\n";
}

} // namespace k8s_node
