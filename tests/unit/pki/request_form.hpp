// Requests for certificates, made by OpenSSL as a kubelet or somebody worse would make them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pki/openssl.hpp"

namespace k8s_node::pki_test {

struct RequestForm {
    std::string common_name = "system:node:w1";
    std::vector<std::string> organizations = {"system:nodes"};
    std::string alternative_names = "DNS:w1,IP:192.0.2.7"; ///< as in openssl.cnf; empty for none
    std::string key = "P-256";                             ///< or "RSA:2048", "ED25519", …
    /// Changes the request before it is signed.
    std::function<void(X509_REQ*)> twist = [](X509_REQ*) {};
    /// Changes the request after that.
    std::function<void(X509_REQ*)> spoil = [](X509_REQ*) {};
};

/// Returns the request as PEM.
[[nodiscard]] std::string make_request(const RequestForm& form);

/// Adds one list of extensions of these names and values to a request, as this attribute.
void add_extensions(X509_REQ* request, const std::vector<std::pair<int, std::string>>& extensions,
                    int attribute = NID_ext_req);

/// Adds an entry to the subject: "OU", "x".
void add_to_subject(X509_REQ* request, const char* name, const std::string& value);

} // namespace k8s_node::pki_test
