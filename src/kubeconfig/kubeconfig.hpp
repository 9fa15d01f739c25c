// Kubeconfig files, as client-go reads them: how to reach an API server and as whom. Whatever is
// kept of an operator's is what requests to the API server can be made with.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "model/pki_spec.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// The address of an API server and the credentials for it. Keys are PEM texts that stay in
/// memory. There are a certificate with its key, or a token, or both.
struct Kubeconfig {
    std::string server;          ///< "https://127.0.0.1:6443", without a slash at its end
    std::string tls_server_name; ///< the name in the server's certificate; empty: that of `server`
    std::string certificate_authority;
    std::string client_certificate;
    std::string client_key;
    std::string token;
    std::string server_title = "the API server"; ///< what it is, for messages

    /// The files that the PEM texts are from, for messages: another one or the kubeconfig itself.
    struct Origins {
        std::string certificate_authority;
        std::string client_certificate;
        std::string client_key;
    };
    Origins origins;
    bool has_other_entries = false; ///< more than one cluster, context or user
};

/// Reads the current context of a kubeconfig. Inline data precede files; those are read under
/// `root`, relative names from the directory of `path`. Keys that client-go does not know are
/// passed over. Throws Error(configuration) as "PATH:LINE:COLUMN: …" for what is wrong and for what
/// cannot be used here: programs that fetch credentials, passwords, other users' names, a web
/// proxy, a server that need not prove itself. Throws Error for a file that cannot be read. A
/// message never shows a credential.
[[nodiscard]] Kubeconfig parse_kubeconfig(std::string_view text, const std::filesystem::path& path,
                                          const Root& root);

/// Reads the kubeconfig at the absolute `path` under `root`. Throws like parse_kubeconfig().
[[nodiscard]] Kubeconfig read_kubeconfig(const std::filesystem::path& path, const Root& root);

/// Like read_kubeconfig(), but nullopt if there is no file.
[[nodiscard]] std::optional<Kubeconfig> read_kubeconfig_if_exists(const std::filesystem::path& path,
                                                                  const Root& root);

/// Returns a kubeconfig with everything inline. It contains the key: write it 0600.
[[nodiscard]] std::string render_kubeconfig(const KubeconfigSpec& spec,
                                            std::string_view authority_pem,
                                            std::string_view certificate_pem,
                                            std::string_view key_pem);

/// Returns a kubeconfig for the bearer of a token that names the file of the CA. `tls_server_name`
/// is the name in the server's certificate; empty: that of `server`. It contains the token: write
/// it 0600.
[[nodiscard]] std::string render_token_kubeconfig(const std::string& server,
                                                  const std::string& tls_server_name,
                                                  const std::string& authority_path,
                                                  const std::string& token);

/// Returns the text of a kubeconfig, with `server` as the address of its only cluster and
/// `tls_server_name` as the name in that one's certificate (empty: that of the address); everything
/// else stays. Kubelet writes such a file when it gets its identity, without the name that its
/// bootstrap kubeconfig has (pkg/kubelet/certificate/bootstrap/bootstrap.go). A text that is right
/// already is returned as it is. Throws Error(configuration), which shows nothing of it, if there
/// is not one cluster in it.
[[nodiscard]] std::string point_kubeconfig(const std::string& text, const std::string& server,
                                           const std::string& tls_server_name);

/// Returns an API server's address as a Kubeconfig has it.
[[nodiscard]] std::string without_last_slashes(std::string server);

} // namespace k8s_node
