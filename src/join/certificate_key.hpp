// A cluster keeps the keys of its control planes for those that join: in the Secret
// kube-system/kubeadm-certs, encrypted with a key that only an operator has. kubeadm's format:
// AES-256-GCM, the nonce before the text, names with "-" for "/"
// (cmd/kubeadm/app/phases/copycerts, cmd/kubeadm/app/util/crypto).
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "join/cluster_keys.hpp"

namespace k8s_node {

inline constexpr const char* shared_keys_path =
    "/api/v1/namespaces/kube-system/secrets/kubeadm-certs";

/// True for 64 digits of 0-9 and a-f.
[[nodiscard]] bool is_certificate_key(std::string_view text);

/// Returns a new one from the kernel's random numbers.
[[nodiscard]] std::string create_certificate_key();

/// The Secret that a token's Secret owns: the cluster deletes it with that.
struct Owner {
    std::string name;
    std::string uid;
};

/// Returns the Secret. Throws Error if `certificate_key` is none.
[[nodiscard]] nlohmann::json shared_keys_of(const ClusterKeys& keys,
                                            const std::string& certificate_key, const Owner& owner);

/// Returns the keys in such a Secret, checked; what control planes do not know is passed over.
/// Throws Error(configuration) if the certificate key does not open them, Error if they are none.
[[nodiscard]] ClusterKeys read_shared_keys(const nlohmann::json& secret,
                                           const std::string& certificate_key);

} // namespace k8s_node
