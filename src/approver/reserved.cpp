#include "approver/reserved.hpp"

#include <algorithm>

#include "approver/node_directory.hpp"
#include "pki/certificate_request.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::approver {

namespace {

bool is_below(const std::string& name, const std::string& domain) {
    return !domain.empty() && (name == domain || name.ends_with("." + domain));
}

/// kubelet itself refuses to have such an address (--node-ip).
bool is_of_no_machine(const Network& address) {
    static const auto networks = [] {
        std::vector<Network> parsed;
        for (const auto* text : {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4",
                                 "255.255.255.255", "::/128", "::1/128", "fe80::/10", "ff00::/8"}) {
            parsed.push_back(parse_network(text).value());
        }
        return parsed;
    }();
    return std::ranges::any_of(networks,
                               [&](const Network& network) { return is_inside(address, network); });
}

} // namespace

Reserved::Reserved(CertificateHandle api_server, std::string cluster_domain,
                   const std::vector<std::string>& networks)
    : api_server_(std::move(api_server)), cluster_domain_(normal_name(cluster_domain)),
      network_texts_(networks) {
    for (const auto& text : networks) {
        const auto network = parse_network(text);
        if (!network) {
            throw Error("'" + text + "' is not a network", ExitStatus::usage)
                .try_this("write it as 10.96.0.0/16");
        }
        networks_.push_back(*network);
    }
}

std::optional<std::string> Reserved::why_not_name(const std::string& name) const {
    if (!is_dns_subdomain(name)) {
        return "is not the name of one host";
    }
    if (!normal_address(name).empty()) {
        return "is an address, not a name";
    }
    if (has_dns_name(api_server_, name)) { // a wildcard may be for the site's nodes too
        return "belongs to the API server";
    }
    if (is_below(name, "svc") || is_below(name, cluster_domain_) || is_below(name, "localhost")) {
        return "is a name inside of the cluster, not of a node";
    }
    return std::nullopt;
}

std::optional<std::string> Reserved::why_not_address(const std::string& address) const {
    const auto one = parse_network(address);
    if (!one || is_of_no_machine(*one)) {
        return "is not the address of one machine";
    }
    if (covers_ip_address(api_server_, address)) {
        return "belongs to the API server";
    }
    for (std::size_t i = 0; i < networks_.size(); ++i) {
        if (is_inside(*one, networks_[i])) {
            return "is inside of the network " + network_texts_[i] + " of Services or pods";
        }
    }
    return std::nullopt;
}

} // namespace k8s_node::approver
