#include "model/pki_spec.hpp"

namespace k8s_node {

std::set<std::string> files_of(const PkiSpec& pki) {
    std::set<std::string> files;
    const auto add_pair = [&](const std::string& name, const char* public_part) {
        files.insert(pki.directory + "/" + name + public_part);
        files.insert(pki.directory + "/" + name + ".key");
    };
    for (const auto& certificate : pki.certificates) {
        add_pair(certificate.name, ".crt");
    }
    for (const auto& pair : pki.key_pairs) {
        add_pair(pair.name, ".pub");
    }
    for (const auto& kubeconfig : pki.kubeconfigs) {
        files.insert(kubeconfig.path);
    }
    for (const auto& encryption : pki.encryption_configs) {
        files.insert(encryption.path);
    }
    return files;
}

} // namespace k8s_node
