// The follower as a service of systemd.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/log.hpp"

namespace k8s_node::endpoints {

/// Where the service finds what it needs; the defaults are those of the component haproxy.
struct ServiceOptions {
    std::string kubeconfig = "/etc/kubernetes/kubelet.conf";
    std::string socket = "/run/kube-apiserver-proxy/runtime";
    std::string list = "/var/lib/kube-apiserver-endpoints/servers";
    std::string first; ///< URLs of API servers, with commas between; may be empty
};

/// Runs a Follower until SIGTERM or SIGINT, and tells systemd when it is ready, what it waits for
/// and, with WatchdogSec=, that it lives.
void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log);

} // namespace k8s_node::endpoints
