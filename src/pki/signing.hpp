// Creates certificates: self-signed CAs and the leaves that they sign.
#pragma once

#include <chrono>

#include "model/pki_spec.hpp"
#include "pki/certificate.hpp"
#include "pki/openssl.hpp"

namespace k8s_node {

/// Returns the validity from five minutes before `now`, for peers whose clock is slow, to `days`
/// after.
[[nodiscard]] Validity validity_from(std::chrono::sys_seconds now, int days);

/// Creates a self-signed CA like kubeadm's: critical CA:TRUE, digitalSignature, keyEncipherment
/// and keyCertSign, its common name as DNS name.
[[nodiscard]] CertificateHandle create_authority(const CertificateSpec& spec, const KeyHandle& key,
                                                 const Validity& validity);

/// Creates a leaf for `key`, signed by `authority`. Its validity is limited to that of the CA.
/// Throws Error if nothing is left of it, or if a name is invalid.
[[nodiscard]] CertificateHandle create_leaf(const CertificateSpec& spec, const KeyHandle& key,
                                            const CertificateHandle& authority,
                                            const KeyHandle& authority_key,
                                            const Validity& validity);

} // namespace k8s_node
