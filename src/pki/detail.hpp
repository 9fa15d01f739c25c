// A certificate as it is listed for people: whom it is for, who signed it, and how long it lasts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pki/certificate.hpp"
#include "support/files.hpp"

namespace k8s_node {

struct CertificateDetail {
    std::string subject; ///< as OpenSSL prints it: "O = system:nodes, CN = system:node:n1"
    std::vector<std::string> names; ///< alternative names: DNS names and IP addresses
    std::string issuer;
    Validity validity;
    /// The identifiers of its own key and of that of its CA, in hexadecimal; they tell CAs of one
    /// name apart. Empty if it has none.
    std::string key_id{};
    std::string issuer_key_id{};
};

[[nodiscard]] CertificateDetail detail_of(const CertificateHandle& certificate);

/// Returns the first certificate of the PEM file at the absolute `path`, or, if its name ends with
/// ".conf", the client certificate of that kubeconfig. nullopt if there is none, or none that can
/// be read.
[[nodiscard]] std::optional<CertificateDetail> read_detail(const Root& root,
                                                           const std::filesystem::path& path);

} // namespace k8s_node
