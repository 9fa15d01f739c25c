// The API server as a generation reaches it.
#pragma once

#include "cluster/curl_transport.hpp"
#include "generations/system.hpp"
#include "kubeconfig/kubeconfig.hpp"

namespace k8s_node {

/// A connection with this kubeconfig, an absolute path without --root. Throws
/// Error for a file that cannot be used.
[[nodiscard]] inline cluster::CurlTransport
connect(const std::string& kubeconfig, const System& system, AtSignal at_signal = AtSignal::end) {
    return {read_kubeconfig(kubeconfig, system.root), system.loop, at_signal};
}

} // namespace k8s_node
