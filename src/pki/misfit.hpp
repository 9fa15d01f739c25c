// How a certificate of ours differs from the wanted one.
#pragma once

#include <optional>
#include <string>

#include "pki/fit.hpp"

namespace k8s_node {

/// What a new certificate from the same authority would put right: its age,
/// subject, usages or names, or that its key is missing; nullopt when it fits.
/// `found` must hold a certificate, `authority` one that vouches for it.
[[nodiscard]] std::optional<std::string> misfit(const CertificateSpec& wanted,
                                                const Credential& found, const Authority& authority,
                                                const Clock& clock);

} // namespace k8s_node
