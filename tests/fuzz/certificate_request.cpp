// A request for a certificate, as anybody may send it to the API server.
#include "pki/certificate_request.hpp"

#include "kubeconfig/base64.hpp"
#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    std::string pem(fuzz::as_text(data, size));
    if (!pem.starts_with('-')) { // bytes that only a PEM block hides from a fuzzer
        pem = "-----BEGIN CERTIFICATE REQUEST-----\n" + to_base64(pem) +
              "\n-----END CERTIFICATE REQUEST-----\n";
    }
    CertificateRequest request;
    if (fuzz::accepts([&] { request = parse_certificate_request(pem); })) {
        fuzz::require(pem.find("-----BEGIN", 1) == std::string::npos, "there is one block");
        for (const auto& address : request.ip_addresses) {
            fuzz::require(normal_address(address) == address, "addresses are comparable", address);
        }
        for (const auto& name : request.dns_names) {
            fuzz::require(name.find('\0') == std::string::npos, "names end where they end", name);
        }
    }
    return 0;
}
