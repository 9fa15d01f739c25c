// Reading and verifying certificates.
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

/// Returns all certificates in `pem`, at least one. Those that are `known` already are not read
/// again, which OpenSSL 3 takes long for. Throws Error naming `origin`.
[[nodiscard]] std::vector<CertificateHandle>
parse_certificates(std::string_view pem, std::string_view origin,
                   std::span<const CertificateHandle> known = {});

[[nodiscard]] std::string certificate_to_pem(const CertificateHandle& certificate);

[[nodiscard]] Validity validity_of(const CertificateHandle& certificate);

/// Formats a time: "2027-03-01 12:00 UTC".
[[nodiscard]] std::string format_time(std::chrono::sys_seconds time);

/// Returns the last common name of the subject, empty if there is none.
[[nodiscard]] std::string common_name_of(const CertificateHandle& certificate);

/// Returns the organizations of the subject, sorted.
[[nodiscard]] std::vector<std::string> organizations_of(const CertificateHandle& certificate);

/// Returns the issuer as OpenSSL prints it: "CN = kubernetes".
[[nodiscard]] std::string issuer_of(const CertificateHandle& certificate);

/// True if the certificate is a CA certificate.
[[nodiscard]] bool may_sign(const CertificateHandle& certificate);

[[nodiscard]] bool allows_server(const CertificateHandle& certificate);
[[nodiscard]] bool allows_client(const CertificateHandle& certificate);

/// True if the alternative names cover this name; wildcards match as in TLS.
[[nodiscard]] bool covers_dns_name(const CertificateHandle& certificate, const std::string& name);
/// True if this name itself is an alternative name; wildcards do not count.
[[nodiscard]] bool has_dns_name(const CertificateHandle& certificate, const std::string& name);
[[nodiscard]] bool covers_ip_address(const CertificateHandle& certificate,
                                     const std::string& address);

[[nodiscard]] bool belongs_to(const CertificateHandle& certificate, const KeyHandle& key);

[[nodiscard]] bool same_certificate(const CertificateHandle& one, const CertificateHandle& other);

/// Returns why `chain` (a leaf, then intermediates) does not lead to one of `anchors`, or nullopt
/// if it does. Checks signatures and constraints, not the validity period.
[[nodiscard]] std::optional<std::string>
distrust_reason(std::span<const CertificateHandle> chain,
                std::span<const CertificateHandle> anchors);

} // namespace k8s_node
