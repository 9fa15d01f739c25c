// A new identity for the kubelet of a joined node, by kubelet itself: it asks for its certificate
// again when it finds none, as the client that its bootstrap kubeconfig names
// (pkg/kubelet/certificate/bootstrap/bootstrap.go, LoadClientConfig). That one shows the
// certificate that it had, which stays valid, so it can be interrupted at any moment.
#pragma once

#include "support/files.hpp"

namespace k8s_node {

namespace paths {
inline constexpr const char* kubelet_client = "/var/lib/kubelet/pki/kubelet-client-current.pem";
inline constexpr const char* kubelet_server = "/var/lib/kubelet/pki/kubelet-server-current.pem";
inline constexpr const char* kubelet_client_before =
    "/var/lib/kubelet/pki/kubelet-client-before-rotation.pem";
} // namespace paths

/// Lets kubelet ask for a client certificate at its next start.
void demand_client_certificate(const Root& root);

/// Lets kubelet ask for a serving certificate at its next start, if it has one of the cluster's.
void demand_serving_certificate(const Root& root);

/// Removes what demand_client_certificate() has left, once kubelet has its certificate.
void forget_demand(const Root& root);

} // namespace k8s_node
