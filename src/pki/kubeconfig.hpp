// The kubeconfig file format: writes it as text, reads any that kubectl accepts.
#pragma once

#include <string>
#include <string_view>

#include "model/pki_spec.hpp"

namespace k8s_node {

/// Either the PEM itself (inline, already decoded) or the file that contains it.
struct KubeconfigPem {
    std::string text;
    std::string file;
    [[nodiscard]] bool is_given() const { return !text.empty() || !file.empty(); }
};

/// The current context of a kubeconfig.
struct Kubeconfig {
    std::string server;
    KubeconfigPem authority;
    KubeconfigPem certificate;
    KubeconfigPem key;
    bool has_other_entries = false; ///< more than one cluster, context or user
};

/// Returns a kubeconfig with everything inline. It contains the key: write it 0600.
[[nodiscard]] std::string render_kubeconfig(const KubeconfigSpec& spec,
                                            std::string_view authority_pem,
                                            std::string_view certificate_pem,
                                            std::string_view key_pem);

/// Throws Error naming `origin` if it is not a usable kubeconfig.
[[nodiscard]] Kubeconfig parse_kubeconfig(const std::string& text, std::string_view origin);

} // namespace k8s_node
