// Pins of CA certificates, as kubeadm prints them: "sha256:" and the SHA-256 of the DER-encoded
// SubjectPublicKeyInfo in hexadecimal (cmd/kubeadm/app/util/pubkeypin).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pki/certificate.hpp"

namespace k8s_node {

[[nodiscard]] bool is_pin(std::string_view text);

[[nodiscard]] std::string pin_of(const CertificateHandle& certificate);

/// Returns the certificates of `pem` that have one of the pins, as PEM; empty if none has. Throws
/// Error naming `origin` for damaged PEM.
[[nodiscard]] std::string pinned_certificates(std::string_view pem,
                                              std::span<const std::string> pins,
                                              std::string_view origin);

} // namespace k8s_node
