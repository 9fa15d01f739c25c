#include "pki/key.hpp"

#include <span>
#include <utility>

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "pki/pem.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using KeyContext = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

KeyHandle create_rsa_key(int bits, const std::stop_token& stop) {
    constexpr const char* attempt = "generate an RSA key";
    const auto context =
        require_made<KeyContext>(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), attempt);
    require(EVP_PKEY_keygen_init(context.get()), attempt);
    require(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits), attempt);
    EVP_PKEY_CTX_set_app_data(context.get(), const_cast<std::stop_token*>(&stop)); // NOLINT
    EVP_PKEY_CTX_set_cb(context.get(), [](EVP_PKEY_CTX* asking) {
        const auto* told = static_cast<std::stop_token*>(EVP_PKEY_CTX_get_app_data(asking));
        return told->stop_requested() ? 0 : 1;
    });
    EVP_PKEY* made = nullptr;
    const int result = EVP_PKEY_generate(context.get(), &made);
    KeyHandle key(made);
    if (result != 1 && stop.stop_requested()) {
        throw Cancelled();
    }
    require(result, attempt);
    return key;
}

using Pkcs8Handle = CHandle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// Returns the EVP_PKEY_… that the block's label names, or EVP_PKEY_NONE.
int key_type_in(const PemBlock& block) {
    if (block.label == "EC PRIVATE KEY") {
        return EVP_PKEY_EC;
    }
    if (block.label == "RSA PRIVATE KEY") {
        return EVP_PKEY_RSA;
    }
    const unsigned char* at = block.bytes.data();
    const Pkcs8Handle info(
        d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(block.bytes.size())));
    const ASN1_OBJECT* algorithm = nullptr;
    const bool known =
        info && PKCS8_pkey_get0(&algorithm, nullptr, nullptr, nullptr, info.get()) == 1;
    return known ? OBJ_obj2nid(algorithm) : EVP_PKEY_NONE;
}

using DecoderHandle = CHandle<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;

/// Reads private keys of one type, one after another: to set up the decoders of a type takes
/// OpenSSL 3 four times as long as to use them, and d2i_PrivateKey() does it for each key.
class KeyDecoder {
public:
    explicit KeyDecoder(const char* type)
        : context_(OSSL_DECODER_CTX_new_for_pkey(&found_, "DER", nullptr, type, EVP_PKEY_KEYPAIR,
                                                 nullptr, nullptr)) {}
    KeyDecoder(const KeyDecoder&) = delete;
    KeyDecoder& operator=(const KeyDecoder&) = delete;
    KeyDecoder(KeyDecoder&&) = delete;
    KeyDecoder& operator=(KeyDecoder&&) = delete;
    ~KeyDecoder() = default;

    /// Returns nothing for what it does not understand.
    [[nodiscard]] KeyHandle read(std::span<const unsigned char> bytes) {
        const unsigned char* at = bytes.data();
        auto size = bytes.size();
        if (context_) {
            static_cast<void>(OSSL_DECODER_from_data(context_.get(), &at, &size));
        }
        return KeyHandle(std::exchange(found_, nullptr));
    }

private:
    EVP_PKEY* found_ = nullptr; ///< where the context puts it
    DecoderHandle context_;
};

KeyHandle decoded(int type, std::span<const unsigned char> bytes) {
    if (type == EVP_PKEY_EC) {
        thread_local KeyDecoder decoder("EC"); // for one thread at a time
        return decoder.read(bytes);
    }
    if (type == EVP_PKEY_RSA) {
        thread_local KeyDecoder decoder("RSA");
        return decoder.read(bytes);
    }
    return {};
}

KeyHandle private_key_in(const PemBlock& block, std::string_view origin) {
    if (block.is_encrypted()) {
        throw Error(std::string(origin) + " is encrypted with a passphrase")
            .try_this("store the key without one: openssl pkey -in KEY -out KEY");
    }
    // For a known type OpenSSL 3 sets up only a quarter of the decoders that it needs to detect
    // the type, which took most of the time of reading all keys.
    const auto type = key_type_in(block);
    auto key = decoded(type, block.bytes);
    if (!key) {
        const unsigned char* at = block.bytes.data();
        key = require_made<KeyHandle>(
            d2i_PrivateKey(type, nullptr, &at, static_cast<long>(block.bytes.size())),
            "read the private key in " + std::string(origin));
    }
    ERR_clear_error(); // from the encodings that were tried first
    return key;
}

} // namespace

KeyHandle create_key(KeyAlgorithm algorithm, const std::stop_token& stop) {
    switch (algorithm) {
    case KeyAlgorithm::rsa_2048:
        return create_rsa_key(2048, stop);
    case KeyAlgorithm::rsa_4096:
        return create_rsa_key(4096, stop);
    case KeyAlgorithm::ecdsa_p256:
        break;
    }
    return require_made<KeyHandle>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"),
                                   "generate an ECDSA key");
}

std::string key_to_pem(const KeyHandle& key) {
    const auto bio = writing_bio();
    require(
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr),
        "write a private key as PEM");
    return content_of(bio);
}

std::string public_key_to_pem(const KeyHandle& key) {
    const auto bio = writing_bio();
    require(PEM_write_bio_PUBKEY(bio.get(), key.get()), "write a public key as PEM");
    return content_of(bio);
}

KeyHandle parse_key(std::string_view pem, std::string_view origin) {
    for (const auto& block : parse_pem(pem, origin)) {
        if (block.label.ends_with("PRIVATE KEY")) {
            return private_key_in(block, origin);
        }
    }
    throw Error(std::string(origin) + " contains no PEM private key");
}

std::vector<KeyHandle> parse_public_keys(std::string_view pem, std::string_view origin) {
    std::vector<KeyHandle> keys;
    for (const auto& block : parse_pem(pem, origin)) {
        if (block.label == "PUBLIC KEY") {
            const unsigned char* at = block.bytes.data();
            keys.push_back(require_made<KeyHandle>(
                d2i_PUBKEY(nullptr, &at, static_cast<long>(block.bytes.size())),
                "read the public key in " + std::string(origin)));
        }
    }
    if (keys.empty()) {
        throw Error(std::string(origin) + " contains no PEM public key");
    }
    return keys;
}

bool same_key(const KeyHandle& one, const KeyHandle& other) {
    const bool same = EVP_PKEY_eq(one.get(), other.get()) == 1;
    ERR_clear_error();
    return same;
}

} // namespace k8s_node
