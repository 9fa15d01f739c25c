// The approver as a service of systemd.
#pragma once

#include <functional>
#include <string>

#include "support/log.hpp"

namespace k8s_node::approver {

/// Where the service finds what it needs; the defaults are those of a control plane.
struct ServiceOptions {
    std::string kubeconfig = "/etc/kubernetes/kubelet-csr-approver.conf";
    std::string api_server_certificate = "/etc/kubernetes/pki/apiserver.crt";
    std::string cluster_domain = "cluster.local";
    std::string cluster_networks; ///< with commas between; may be empty
};

/// Runs an Approver until SIGTERM or SIGINT, and tells systemd when it is ready, what it waits for
/// and, with WatchdogSec=, that it lives. Throws Error for a file or option that is wrong.
void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log);

} // namespace k8s_node::approver
