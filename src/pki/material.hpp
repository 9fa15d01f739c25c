// Keys, certificates and kubeconfigs on disk: loading them and checking who may read the secret
// ones.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/pki_spec.hpp"
#include "pki/validation.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// The paths of a certificate or key pair, absolute on the node, without a root.
struct PairPaths {
    std::filesystem::path key;
    std::filesystem::path shown; ///< the certificate or public key
};

[[nodiscard]] PairPaths paths_of(const PkiSpec& spec, const CertificateSpec& certificate);
[[nodiscard]] PairPaths paths_of(const PkiSpec& spec, const KeyPairSpec& pair);

/// Loads a certificate and its key, as far as they exist. Throws Error if a file exists but
/// cannot be read or parsed.
[[nodiscard]] Credential load_credential(const Root& root, const PairPaths& paths);

/// Loads the private key in a file, empty if there is no file.
[[nodiscard]] KeyHandle load_key(const std::filesystem::path& path);

/// Loads the public keys in a file, none if there is no file.
[[nodiscard]] std::vector<KeyHandle> load_public_keys(const std::filesystem::path& path);

/// A kubeconfig with the PEM it refers to.
struct KubeconfigMaterial {
    Kubeconfig content;
    Credential client;
    std::vector<CertificateHandle> trusted;
};

/// Returns nullopt if there is no file. `known` are certificates that have been read already: its
/// authority's. Throws Error for one that requests to the API server could not be made with, of
/// ExitStatus::configuration if its text is why.
[[nodiscard]] std::optional<KubeconfigMaterial>
load_kubeconfig(const Root& root, const std::string& path,
                std::span<const CertificateHandle> known);

/// Returns why a secret file is accessible to others than its owner, this process's user; nullopt
/// if it is not, or does not exist. Follows symbolic links.
[[nodiscard]] std::optional<std::string> exposure_of(const std::filesystem::path& path);

/// Makes an existing secret file belong to this process's user, mode 0600.
void close_access(const std::filesystem::path& path);

} // namespace k8s_node
