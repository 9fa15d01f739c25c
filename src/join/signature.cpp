#include "join/signature.hpp"

#include <array>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "kubeconfig/base64.hpp"
#include "pki/openssl.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// base64url without padding (RFC 7515).
std::string to_base64url(std::string_view bytes) {
    auto text = replace_all(replace_all(to_base64(bytes), "+", "-"), "/", "_");
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    constexpr std::size_t group = 4;
    auto standard = replace_all(replace_all(text, "-", "+"), "_", "/");
    standard.append((group - standard.size() % group) % group, '=');
    return from_base64(standard);
}

std::string code_of(const std::string& header, std::string_view content,
                    const BootstrapToken& token) {
    const auto input = header + "." + to_base64url(content);
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), token.secret.data(), static_cast<int>(token.secret.size()),
             reinterpret_cast<const unsigned char*>(input.data()), input.size(), code.data(),
             &size) == nullptr) {
        throw openssl_error("compute a signature");
    }
    return {code.begin(), code.begin() + size};
}

/// A header without a key's ID, or with another algorithm, is no promise of this token.
bool is_header_of(const BootstrapToken& token, const std::string& encoded) {
    const auto text = from_base64url(encoded);
    const auto header = nlohmann::json::parse(text.value_or(""), nullptr, false);
    return header.is_object() && header.value("alg", nlohmann::json()) == "HS256" &&
           header.value("kid", nlohmann::json()) == token.id;
}

} // namespace

bool is_signed_with(const BootstrapToken& token, std::string_view signature,
                    std::string_view content) {
    const auto parts = split(signature, '.');
    if (parts.size() != 3 || !parts[1].empty() || !is_header_of(token, parts[0])) {
        return false;
    }
    const auto given = from_base64url(parts[2]);
    const auto code = code_of(parts[0], content, token);
    return given && given->size() == code.size() &&
           CRYPTO_memcmp(given->data(), code.data(), code.size()) == 0;
}

} // namespace k8s_node
