// Credentials for the API server from a node's kubeconfig files: our own admin.conf and the
// kubelet's, whose certificate is in a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "support/files.hpp"

namespace k8s_node::cluster {

/// The address of the API server and the credentials for it. Keys are PEM texts that stay in
/// memory. Either certificate and key or the token is set.
struct Kubeconfig {
    std::string server; ///< "https://127.0.0.1:6443"
    std::string certificate_authority;
    std::string client_certificate;
    std::string client_key;
    std::string token;
};

/// Reads a kubeconfig text. Strict: one document, no unknown or duplicate key, the current
/// context must refer to an existing cluster and user. Credentials in files are read under
/// `root`, relative names from the directory of `path`. Throws Error(configuration) as
/// "PATH:LINE: …"; a message never shows a credential.
[[nodiscard]] Kubeconfig parse_kubeconfig(std::string_view text, const std::filesystem::path& path,
                                          const Root& root);

/// Reads the kubeconfig at the absolute `path` under `root`.
[[nodiscard]] Kubeconfig read_kubeconfig(const std::filesystem::path& path, const Root& root);

} // namespace k8s_node::cluster
