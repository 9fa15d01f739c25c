#include "join/certificate_key.hpp"

#include <array>
#include <memory>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "cluster/json_text.hpp"
#include "kubeconfig/base64.hpp"
#include "pki/openssl.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t largest_text = std::size_t{1} << 20U;

using Key = std::array<unsigned char, key_size>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* bytes_of(std::string& text, std::size_t from = 0) {
    return reinterpret_cast<unsigned char*>(text.data()) + from; // NOLINT(*-reinterpret-cast)
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data()); // NOLINT(*-reinterpret-cast)
}

unsigned digit_of(char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

Key key_of(const std::string& text) {
    if (!is_certificate_key(text)) {
        throw Error("the certificate key is not 64 digits of 0-9 and a-f",
                    ExitStatus::configuration);
    }
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] =
            static_cast<unsigned char>(digit_of(text[2 * i]) << 4U | digit_of(text[2 * i + 1]));
    }
    return key;
}

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    require(cipher ? 1 : 0, "create a cipher");
    return cipher;
}

/// Returns the nonce, the text, and the tag that proves both.
std::string seal(const Key& key, std::string_view text) {
    std::string sealed(nonce_size + text.size() + tag_size, '\0');
    require(RAND_bytes(bytes_of(sealed), nonce_size), "generate a nonce");
    const auto cipher = new_cipher();
    int size = 0;
    require(
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(sealed)),
        "begin to encrypt");
    require(EVP_EncryptUpdate(cipher.get(), bytes_of(sealed, nonce_size), &size, bytes_of(text),
                              static_cast<int>(text.size())),
            "encrypt a key");
    require(EVP_EncryptFinal_ex(cipher.get(), bytes_of(sealed, nonce_size + text.size()), &size),
            "encrypt a key");
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size,
                                bytes_of(sealed, nonce_size + text.size())),
            "end to encrypt");
    return sealed;
}

/// Returns the text; nullopt if it was sealed with another key, or was changed since.
std::optional<std::string> unseal(const Key& key, std::string sealed) {
    if (sealed.size() < nonce_size + tag_size || sealed.size() > largest_text) {
        return std::nullopt;
    }
    const auto length = sealed.size() - nonce_size - tag_size;
    std::string text(length, '\0');
    const auto cipher = new_cipher();
    int size = 0;
    require(
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(sealed)),
        "begin to decrypt");
    require(EVP_DecryptUpdate(cipher.get(), bytes_of(text), &size, bytes_of(sealed, nonce_size),
                              static_cast<int>(length)),
            "decrypt a key");
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size,
                                bytes_of(sealed, nonce_size + length)),
            "read the tag of a key");
    std::array<unsigned char, tag_size> rest{};
    return EVP_DecryptFinal_ex(cipher.get(), rest.data(), &size) == 1
               ? std::optional(std::move(text))
               : std::nullopt;
}

std::string name_in_secret(const std::string& path) {
    return replace_all(path, "/", "-");
}

} // namespace

bool is_certificate_key(std::string_view text) {
    return text.size() == 2 * key_size &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string create_certificate_key() {
    Key key{};
    require(RAND_priv_bytes(key.data(), static_cast<int>(key.size())), "generate a random key");
    auto text = to_hex(key);
    OPENSSL_cleanse(key.data(), key.size());
    return text;
}

json shared_keys_of(const ClusterKeys& keys, const std::string& certificate_key,
                    const Owner& owner) {
    const auto key = key_of(certificate_key);
    json data = json::object();
    for (const auto& [path, text] : keys) {
        data[name_in_secret(path)] = to_base64(seal(key, text));
    }
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata",
             {{"name", "kubeadm-certs"},
              {"namespace", "kube-system"},
              {"ownerReferences",
               {{{"apiVersion", "v1"},
                 {"kind", "Secret"},
                 {"name", owner.name},
                 {"uid", owner.uid},
                 {"controller", true},
                 {"blockOwnerDeletion", true}}}}}},
            {"data", std::move(data)}};
}

ClusterKeys read_shared_keys(const json& secret, const std::string& certificate_key) {
    const auto key = key_of(certificate_key);
    const auto data = cluster::part_at(secret, "data");
    ClusterKeys keys;
    for (const auto& known : known_cluster_keys()) {
        const auto encoded = cluster::text_at(data, name_in_secret(known.path).c_str());
        const auto sealed = from_base64(encoded);
        if (!sealed) {
            continue; // check_cluster_keys() says what is missing
        }
        auto text = unseal(key, *sealed);
        if (!text) {
            throw Error("the certificate key does not open " + std::string(known.path) +
                            " in the Secret kube-system/kubeadm-certs",
                        ExitStatus::configuration);
        }
        keys[known.path] = *std::move(text);
    }
    with_context("reading the Secret kube-system/kubeadm-certs", [&] { check_cluster_keys(keys); });
    return keys;
}

} // namespace k8s_node
