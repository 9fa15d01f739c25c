// Keys, certificates and kubeconfigs on disk: loading them, and who may read
// the secret ones.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/pki_spec.hpp"
#include "pki/fit.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Where a certificate or key pair lies, absolute on the node, without a root.
struct PairPaths {
    std::filesystem::path key;
    std::filesystem::path shown; ///< the certificate or public key
};

[[nodiscard]] PairPaths paths_of(const PkiSpec& spec, const CertificateSpec& certificate);
[[nodiscard]] PairPaths paths_of(const PkiSpec& spec, const KeyPairSpec& pair);

/// The content of a file, nullopt when there is none. Throws Error for a pipe or
/// device, which could be waited for without end.
[[nodiscard]] std::optional<std::string> read_material(const std::filesystem::path& path);

/// What is there of a certificate and its key. Throws Error when a file is
/// there but cannot be read or parsed.
[[nodiscard]] Credential load_credential(const Root& root, const PairPaths& paths);

/// The private key in a file, empty when there is no file.
[[nodiscard]] KeyHandle load_key(const std::filesystem::path& path);

/// The public keys in a file, none when there is no file.
[[nodiscard]] std::vector<KeyHandle> load_public_keys(const std::filesystem::path& path);

/// A kubeconfig with the PEM it refers to.
struct KubeconfigMaterial {
    Kubeconfig content;
    Credential client;
    std::vector<CertificateHandle> trusted;
};

/// nullopt when there is no file.
[[nodiscard]] std::optional<KubeconfigMaterial> load_kubeconfig(const Root& root,
                                                                const std::string& path);

/// Why a secret file is not for its owner, this process' user, alone; nullopt
/// when it is, or when it does not exist. Symbolic links are followed.
[[nodiscard]] std::optional<std::string> exposure_of(const std::filesystem::path& path);

/// Makes an existing secret file belong to this process' user, mode 0600.
void close_access(const std::filesystem::path& path);

} // namespace k8s_node
