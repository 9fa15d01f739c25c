#include "join/identity.hpp"

#include <algorithm>

#include "kubeconfig/kubeconfig.hpp"
#include "pki/certificate.hpp"
#include "support/time.hpp"

namespace k8s_node {

bool has_identity(const Root& root) {
    try {
        const auto kubeconfig = read_kubeconfig_if_exists(paths::kubelet_kubeconfig, root);
        if (!kubeconfig || kubeconfig->client_certificate.empty()) {
            return false;
        }
        const auto chain = parse_certificates(kubeconfig->client_certificate, "the certificate");
        return utc_now() < validity_of(chain.front()).not_after;
    } catch (const Error&) {
        return false;
    }
}

bool share_certificate(const std::string& one, const std::string& other) {
    const auto mine = parse_certificates(one, "a CA certificate");
    const auto theirs = parse_certificates(other, "a CA certificate");
    return std::ranges::any_of(mine, [&](const auto& certificate) {
        return std::ranges::any_of(
            theirs, [&](const auto& each) { return same_certificate(certificate, each); });
    });
}

} // namespace k8s_node
