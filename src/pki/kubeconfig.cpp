#include "pki/kubeconfig.hpp"

#include <yaml-cpp/yaml.h>

#include "kubeconfig/base64.hpp"
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

/// Returns the body of the entry called `name` in a list of {name, <kind>: body}.
YAML::Node find_entry(const YAML::Node& document, const char* list, const char* kind,
                      const std::string& name) {
    for (const auto& entry : document[list]) {
        if (entry["name"].as<std::string>("") == name && entry[kind].IsMap()) {
            return entry[kind];
        }
    }
    throw Error(std::string("it has no ") + kind + " '" + name + "' in " + list);
}

std::string text_at(const YAML::Node& map, const std::string& key) {
    return map[key].as<std::string>("");
}

/// As in client-go, inline data takes precedence over a file.
KubeconfigPem pem_at(const YAML::Node& map, const std::string& key) {
    KubeconfigPem pem;
    if (const auto data = text_at(map, key + "-data"); !data.empty()) {
        const auto decoded = from_base64(data);
        if (!decoded) {
            throw Error(key + "-data is not base64");
        }
        pem.text = *decoded;
        return pem;
    }
    pem.file = text_at(map, key);
    return pem;
}

Kubeconfig read_document(const YAML::Node& document) {
    if (!document.IsMap() || text_at(document, "kind") != "Config") {
        throw Error("its kind is not Config");
    }
    const auto context =
        find_entry(document, "contexts", "context", text_at(document, "current-context"));
    const auto cluster = find_entry(document, "clusters", "cluster", text_at(context, "cluster"));
    const auto user = find_entry(document, "users", "user", text_at(context, "user"));
    Kubeconfig result;
    result.server = text_at(cluster, "server");
    result.authority = pem_at(cluster, "certificate-authority");
    result.certificate = pem_at(user, "client-certificate");
    result.key = pem_at(user, "client-key");
    result.has_other_entries = document["contexts"].size() > 1 || document["clusters"].size() > 1 ||
                               document["users"].size() > 1;
    return result;
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

Kubeconfig parse_kubeconfig(const std::string& text, std::string_view origin) {
    return with_context("reading the kubeconfig " + std::string(origin), [&] {
        try {
            return read_document(YAML::Load(text));
        } catch (const YAML::Exception& error) {
            throw Error(error.what());
        }
    });
}

} // namespace k8s_node
