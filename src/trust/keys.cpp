#include "trust/keys.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using Buffer = CHandle<BIO, BIO_free>;
using Context = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;

Error unusable(const std::string& where, const std::string& kind) {
    return Error(where + " is not a PEM file of an Ed25519 " + kind + " key",
                 ExitStatus::configuration)
        .try_this("openssl genpkey -algorithm ed25519 -out site.key; openssl pkey -in site.key "
                  "-pubout -out site.pub");
}

Buffer buffer_of(std::string_view text) {
    Buffer buffer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!buffer) {
        throw Error("OpenSSL cannot read from memory");
    }
    return buffer;
}

Ed25519Key required(EVP_PKEY* key, const std::string& where, const std::string& kind) {
    Ed25519Key owned(key);
    if (!owned || EVP_PKEY_get_id(owned.get()) != EVP_PKEY_ED25519) {
        throw unusable(where, kind);
    }
    return owned;
}

// OpenSSL takes unsigned characters.
const unsigned char* bytes_of(std::string_view text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

void detail::FreeKey::operator()(evp_pkey_st* key) const noexcept {
    EVP_PKEY_free(key);
}

Ed25519Key read_public_key(std::string_view pem, const std::string& where) {
    const auto buffer = buffer_of(pem);
    return required(PEM_read_bio_PUBKEY(buffer.get(), nullptr, nullptr, nullptr), where, "public");
}

Ed25519Key read_private_key(std::string_view pem, const std::string& where) {
    const auto buffer = buffer_of(pem);
    return required(PEM_read_bio_PrivateKey(buffer.get(), nullptr, nullptr, nullptr), where,
                    "private");
}

std::string key_id(const Ed25519Key& key) {
    unsigned char* encoded = nullptr;
    const int size = i2d_PUBKEY(key.get(), &encoded);
    if (size < 0) {
        throw Error("OpenSSL cannot encode a public key");
    }
    const ScopeExit release([&] { OPENSSL_free(encoded); });
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(),
                   nullptr) != 1) {
        throw Error("OpenSSL cannot compute a digest here");
    }
    return to_hex(std::span(digest).first(length));
}

Signature sign(const Ed25519Key& key, std::string_view bytes) {
    const Context context(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    auto size = signature.size();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL takes unsigned
    // characters
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), out, &size, bytes_of(bytes), bytes.size()) != 1) {
        throw Error("OpenSSL cannot sign with this key");
    }
    return {key_id(key), signature};
}

bool fits(const Signature& signature, const Ed25519Key& key, std::string_view bytes) {
    const Context context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature.bytes), signature.bytes.size(),
                            bytes_of(bytes), bytes.size()) == 1;
}

} // namespace k8s_node
