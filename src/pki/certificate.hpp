// Reading certificates: what one says about itself, and who vouches for it.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pki/openssl.hpp"

namespace k8s_node {

struct Validity {
    std::chrono::sys_seconds not_before;
    std::chrono::sys_seconds not_after;
    bool operator==(const Validity&) const = default;
};

/// All certificates in `pem`, at least one. Throws Error naming `origin`.
[[nodiscard]] std::vector<CertificateHandle> parse_certificates(std::string_view pem,
                                                                std::string_view origin);

[[nodiscard]] std::string certificate_to_pem(const CertificateHandle& certificate);

[[nodiscard]] Validity validity_of(const CertificateHandle& certificate);

/// "2027-03-01 12:00 UTC".
[[nodiscard]] std::string format_time(std::chrono::sys_seconds time);

/// The last common name of the subject, empty when it has none.
[[nodiscard]] std::string common_name_of(const CertificateHandle& certificate);

/// The organizations of the subject, sorted.
[[nodiscard]] std::vector<std::string> organizations_of(const CertificateHandle& certificate);

/// The issuer as OpenSSL prints it: "CN = kubernetes".
[[nodiscard]] std::string issuer_of(const CertificateHandle& certificate);

/// Whether it says that it may sign certificates.
[[nodiscard]] bool may_sign(const CertificateHandle& certificate);

[[nodiscard]] bool allows_server(const CertificateHandle& certificate);
[[nodiscard]] bool allows_client(const CertificateHandle& certificate);

/// Whether its alternative names cover this one; a wildcard covers as in TLS.
[[nodiscard]] bool covers_dns_name(const CertificateHandle& certificate, const std::string& name);
[[nodiscard]] bool covers_ip_address(const CertificateHandle& certificate,
                                     const std::string& address);

[[nodiscard]] bool belongs_to(const CertificateHandle& certificate, const KeyHandle& key);

[[nodiscard]] bool same_certificate(const CertificateHandle& one, const CertificateHandle& other);

/// Why `chain` (a leaf, then intermediates) does not lead to one of `anchors`;
/// nullopt when it does. Looks at signatures and constraints, not at the time.
[[nodiscard]] std::optional<std::string>
distrust_reason(std::span<const CertificateHandle> chain,
                std::span<const CertificateHandle> anchors);

/// kubeadm's discovery pin: "sha256:" and the hex SHA-256 of the certificate's
/// DER SubjectPublicKeyInfo.
[[nodiscard]] std::string public_key_pin(const CertificateHandle& certificate);

} // namespace k8s_node
