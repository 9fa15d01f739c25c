// How a certificate of ours differs from the wanted one.
#pragma once

#include <optional>
#include <string>

#include "pki/fit.hpp"

namespace k8s_node {

struct Misfit {
    std::string reason;
    bool serves = true; ///< it can be used as it is, if by fewer or for others
};

/// What a new certificate from the same authority would put right: its age,
/// subject, usages or names, or that its key is missing; nullopt when it fits.
/// `found` must hold a certificate, `authority` one that vouches for it.
[[nodiscard]] std::optional<Misfit> misfit(const CertificateSpec& wanted, const Credential& found,
                                           const Authority& authority, const Clock& clock);

/// A server's certificate that lacks other names than ours serves those who use
/// ours. Without the name that one of the node's own kubeconfigs calls it by, it
/// serves nobody here; nullopt when it has all of these.
[[nodiscard]] std::optional<std::string> lacks_own_name(const CertificateSpec& wanted,
                                                        const CertificateHandle& found,
                                                        const std::vector<KubeconfigSpec>& callers);

} // namespace k8s_node
