// How a certificate differs from the wanted one.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pki/validation.hpp"

namespace k8s_node {

struct Mismatch {
    std::string reason;
    bool serves = true; ///< it can be used as it is, although by fewer or for other names
};

/// Returns how long before its end a certificate is renewed: `renewal_days`, or a third of its
/// whole life if that is less.
[[nodiscard]] std::chrono::seconds renewal_margin(const Validity& validity, int renewal_days);

/// Returns what a new certificate would fix: its age, signer, subject, usages or names, or a
/// missing key; nullopt if it matches. `found` must contain a certificate, `authority` the
/// one that signed it.
[[nodiscard]] std::optional<Mismatch> mismatch(const CertificateSpec& wanted,
                                               const Credential& found, const Authority& authority,
                                               const Clock& clock);

/// Returns the name that the node's own kubeconfigs use and a server's certificate lacks: without
/// it the certificate is useless here, while a lack of other names is tolerable. nullopt if it
/// has all of these.
[[nodiscard]] std::optional<std::string> lacks_own_name(const CertificateSpec& wanted,
                                                        const CertificateHandle& found,
                                                        const std::vector<KubeconfigSpec>& callers);

} // namespace k8s_node
