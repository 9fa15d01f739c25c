// The keys, certificates, kubeconfigs and encryption keys that a node must have: values only.
// Names and subjects follow kubeadm (cmd/kubeadm/app/phases/certs/certlist.go).
#pragma once

#include <set>
#include <string>
#include <vector>

namespace k8s_node {

enum class KeyAlgorithm { ecdsa_p256, rsa_2048, rsa_4096 };

/// One certificate and its key: `<pki>/<name>.crt` 0644 and `.key` 0600.
struct CertificateSpec {
    std::string name;      ///< "apiserver", "etcd/server", "ca"
    std::string authority; ///< name of the signing CA; empty if self-signed
    std::string common_name;
    std::vector<std::string> organizations;
    bool server = false; ///< extended key usage serverAuth
    bool client = false; ///< extended key usage clientAuth
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses;
    [[nodiscard]] bool is_authority() const { return authority.empty(); }
    bool operator==(const CertificateSpec&) const = default;
};

/// A bare key pair for service-account tokens: `<name>.key` 0600 PEM and
/// `<name>.pub` 0644 PEM (PKIX).
struct KeyPairSpec {
    std::string name;
    bool operator==(const KeyPairSpec&) const = default;
};

/// A kubeconfig with its client certificate inline, 0600.
struct KubeconfigSpec {
    std::string path;      ///< absolute: "/etc/kubernetes/admin.conf"
    std::string server;    ///< "https://127.0.0.1:6443"
    std::string authority; ///< CA that signs the client and is trusted for the server
    std::string cluster;   ///< cluster name, "kubernetes"
    std::string common_name;
    std::vector<std::string> organizations;
    /// The name in the server's certificate; empty: that of `server`.
    std::string tls_server_name{};
    bool operator==(const KubeconfigSpec&) const = default;
};

/// How the API server encrypts data in etcd. `identity` is plain text.
enum class EncryptionProvider { identity, secretbox, aescbc };

/// An EncryptionConfiguration of the API server with a random key, 0600. Plain text stays
/// readable, so that encryption can be turned on later.
struct EncryptionSpec {
    std::string path; ///< absolute: "/etc/kubernetes/pki/encryption-config.yaml"
    EncryptionProvider provider = EncryptionProvider::secretbox;
    std::vector<std::string> resources = {"secrets"};
    bool operator==(const EncryptionSpec&) const = default;
};

[[nodiscard]] constexpr const char* to_text(EncryptionProvider provider) {
    switch (provider) {
    case EncryptionProvider::secretbox:
        return "secretbox";
    case EncryptionProvider::aescbc:
        return "aescbc";
    case EncryptionProvider::identity:
        break;
    }
    return "identity";
}

struct PkiSpec {
    std::string directory = "/etc/kubernetes/pki";
    KeyAlgorithm key_algorithm = KeyAlgorithm::ecdsa_p256;
    int certificate_days = 365;
    int authority_days = 3650;
    int renewal_days = 30; ///< a leaf certificate with fewer days left is renewed
    std::vector<CertificateSpec> certificates; ///< CAs before the certificates they sign
    std::vector<KeyPairSpec> key_pairs;
    std::vector<KubeconfigSpec> kubeconfigs;
    std::vector<EncryptionSpec> encryption_configs;
    bool operator==(const PkiSpec&) const = default;
};

/// Returns the absolute paths of all files of the specification.
[[nodiscard]] std::set<std::string> files_of(const PkiSpec& pki);

} // namespace k8s_node
