// The identity that a node has got from its cluster: the kubelet's certificate.
#pragma once

#include <optional>
#include <string>

#include "support/files.hpp"

namespace k8s_node {

namespace paths {
inline constexpr const char* kubelet_kubeconfig = "/etc/kubernetes/kubelet.conf";
inline constexpr const char* bootstrap_kubeconfig = "/etc/kubernetes/bootstrap-kubelet.conf";
inline constexpr const char* cluster_authority = "/etc/kubernetes/pki/ca.crt";
} // namespace paths

/// True if the kubelet has a client certificate that is valid now, so that it needs no token. One
/// that cannot be read counts as none: the kubelet would ask for another.
[[nodiscard]] bool has_identity(const Root& root);

/// True if two PEM texts have a certificate in common. Throws Error for damaged PEM.
[[nodiscard]] bool share_certificate(const std::string& one, const std::string& other);

} // namespace k8s_node
