// Reading requests for certificates (PKCS#10) that somebody who is not trusted has written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// The contents of a request whose signature proves that the requester has the key.
struct CertificateRequest {
    std::string common_name;
    std::vector<std::string> organizations; ///< as in the request
    std::vector<std::string> dns_names;     ///< as in the request
    std::vector<std::string> ip_addresses;  ///< in their shortest form; ::ffff:192.0.2.1 is IPv4
};

/// Reads a request of the form that kubelets write: one PEM block with no text around it, a subject
/// of one common name and organizations, a DNS or IP name for each alternative name, no other
/// extension, and a key that is strong enough. Throws Error that says what differs. So strict,
/// because the certificate is made by another program, from what that one reads: whatever the two
/// might read differently is refused.
[[nodiscard]] CertificateRequest parse_certificate_request(std::string_view pem);

/// Returns an IP address as text in its shortest form, IPv4 in IPv6 as IPv4; empty if the text is
/// none.
[[nodiscard]] std::string normal_address(const std::string& text);

} // namespace k8s_node
