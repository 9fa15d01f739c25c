// Making certificates: a self-signed authority, and leaves that it signs.
#pragma once

#include <chrono>

#include "model/pki_spec.hpp"
#include "pki/certificate.hpp"
#include "pki/openssl.hpp"

namespace k8s_node {

/// From five minutes before `now`, for peers whose clock is late, to `days` after.
[[nodiscard]] Validity validity_from(std::chrono::sys_seconds now, int days);

/// A self-signed CA in kubeadm's shape: critical CA:TRUE, digitalSignature,
/// keyEncipherment and keyCertSign, its common name as DNS name.
[[nodiscard]] CertificateHandle create_authority(const CertificateSpec& spec, const KeyHandle& key,
                                                 const Validity& validity);

/// A leaf for `key`, signed by `authority`. Its validity is cut to that of the
/// authority. Throws Error when nothing is left of it, or when a name is wrong.
[[nodiscard]] CertificateHandle create_leaf(const CertificateSpec& spec, const KeyHandle& key,
                                            const CertificateHandle& authority,
                                            const KeyHandle& authority_key,
                                            const Validity& validity);

} // namespace k8s_node
