#include "rotation/kubelet_identity.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "join/identity.hpp"
#include "kubeconfig/kubeconfig.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

FileAttributes secret() {
    return {0600, ::geteuid(), ::getegid()};
}

void remove_durably(const fs::path& path) {
    if (fs::remove(path)) {
        sync_directory(path.parent_path());
    }
}

/// JSON is YAML that needs no care with quotes.
std::string bootstrap_kubeconfig_for(const Kubeconfig& own) {
    nlohmann::ordered_json cluster = {{"certificate-authority", paths::cluster_authority},
                                      {"server", own.server}};
    if (!own.tls_server_name.empty()) {
        cluster["tls-server-name"] = own.tls_server_name;
    }
    const nlohmann::ordered_json config = {
        {"apiVersion", "v1"},
        {"kind", "Config"},
        {"clusters", {{{"name", "cluster"}, {"cluster", cluster}}}},
        {"users",
         {{{"name", "node"},
           {"user",
            {{"client-certificate", paths::kubelet_client_before},
             {"client-key", paths::kubelet_client_before}}}}}},
        {"contexts", {{{"name", "node"}, {"context", {{"cluster", "cluster"}, {"user", "node"}}}}}},
        {"current-context", "node"}};
    return config.dump(2) + "\n";
}

bool is_our_demand(const std::string& kubeconfig) {
    return kubeconfig.find(paths::kubelet_client_before) != std::string::npos;
}

} // namespace

void demand_client_certificate(const Root& root) {
    const auto current = root.at(paths::kubelet_client);
    if (!path_exists(current)) {
        return; // a killed run has come so far, or kubelet has none yet
    }
    const auto own = read_kubeconfig(paths::kubelet_kubeconfig, root);
    write_file_atomically(root.at(paths::kubelet_client_before), read_file(current), secret());
    write_file_atomically(root.at(paths::bootstrap_kubeconfig), bootstrap_kubeconfig_for(own),
                          secret());
    remove_durably(current);
}

void demand_serving_certificate(const Root& root) {
    remove_durably(root.at(paths::kubelet_server));
}

void forget_demand(const Root& root) {
    const auto bootstrap = root.at(paths::bootstrap_kubeconfig);
    if (const auto text = read_file_if_exists(bootstrap); text && is_our_demand(*text)) {
        remove_durably(bootstrap);
    }
    remove_durably(root.at(paths::kubelet_client_before));
}

} // namespace k8s_node
