#include "join/pin.hpp"

#include <algorithm>
#include <array>

#include <openssl/sha.h>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view prefix = "sha256:";

} // namespace

bool is_pin(std::string_view text) {
    return text.starts_with(prefix) && text.size() == prefix.size() + 2 * SHA256_DIGEST_LENGTH &&
           text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

std::string pin_of(const CertificateHandle& certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    require(size, "encode the public key of a certificate");
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(der, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(der);
    return std::string(prefix) + to_hex(digest);
}

std::string pinned_certificates(std::string_view pem, std::span<const std::string> pins,
                                std::string_view origin) {
    std::string pinned;
    for (const auto& certificate : parse_certificates(pem, origin)) {
        if (std::ranges::find(pins, pin_of(certificate)) != pins.end()) {
            pinned += certificate_to_pem(certificate);
        }
    }
    return pinned;
}

} // namespace k8s_node
