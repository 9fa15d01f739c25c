// The API server in a kubeconfig that another program has written.
#pragma once

#include <string>

namespace k8s_node {

/// As point_kubeconfig() has them.
struct PointOptions {
    std::string file;
    std::string server;
    std::string tls_server_name;
};

/// Lets the kubeconfig name this server. A file that is not there is left to whoever writes it, one
/// that is as it shall be is left alone. Throws Error; then nothing is written.
void point_kubeconfig_file(const PointOptions& options);

} // namespace k8s_node
