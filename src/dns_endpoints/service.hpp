// The keeper of DNS endpoints as a service of systemd.
#pragma once

#include <functional>
#include <string>

#include "dns_endpoints/slices.hpp"
#include "support/log.hpp"

namespace k8s_node::dns_endpoints {

/// Options of the service; the defaults are those of a control plane.
struct ServiceOptions {
    std::string kubeconfig = "/etc/kubernetes/coredns-endpoints.conf";
    OwnServer own{.node = {}, .address = {}, .port = 53, .is_node = true};
    std::string has_kubelet = "true"; ///< "false" sets own.is_node
};

/// Runs a Keeper until SIGTERM or SIGINT, and tells systemd when it is ready, what it waits for
/// and, with WatchdogSec=, that it lives. Throws Error for a file or option that is wrong.
void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log);

} // namespace k8s_node::dns_endpoints
