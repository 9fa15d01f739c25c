// Names and addresses that no kubelet's certificate may have, whatever its Node object claims:
// with them it could pose as a part of the cluster to whoever trusts the cluster's CA.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/networks.hpp"
#include "pki/certificate.hpp"

namespace k8s_node::approver {

class Reserved {
public:
    /// `api_server` is the API server's certificate: the names and addresses of the control plane
    /// are those that it has. `cluster_domain` is the domain of Services, `networks` are those of
    /// Services and pods ("10.96.0.0/16"). Throws Error(usage) for what is no network.
    Reserved(CertificateHandle api_server, std::string cluster_domain,
             const std::vector<std::string>& networks);

    /// Returns why a normal_name() is not for nodes, nullopt if it may be.
    [[nodiscard]] std::optional<std::string> why_not_name(const std::string& name) const;
    /// Returns why a normal_address() is not for nodes.
    [[nodiscard]] std::optional<std::string> why_not_address(const std::string& address) const;

private:
    CertificateHandle api_server_;
    std::string cluster_domain_;
    std::vector<std::string> network_texts_;
    std::vector<Network> networks_;
};

} // namespace k8s_node::approver
