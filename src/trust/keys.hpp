// Ed25519 keys, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "trust/signature.hpp"

struct evp_pkey_st;

namespace k8s_node {

namespace detail {
struct FreeKey {
    void operator()(evp_pkey_st* key) const noexcept;
};
} // namespace detail

using Ed25519Key = std::unique_ptr<evp_pkey_st, detail::FreeKey>;

/// Reads a PEM file's public key, as `openssl pkey -pubout` writes it. Throws Error(configuration)
/// that names `where` for anything but one Ed25519 key.
[[nodiscard]] Ed25519Key read_public_key(std::string_view pem, const std::string& where);

/// Reads a PEM file's private key, as `openssl genpkey -algorithm ed25519` writes it; OpenSSL asks
/// for the password of an encrypted one. Throws likewise.
[[nodiscard]] Ed25519Key read_private_key(std::string_view pem, const std::string& where);

/// Returns the SHA-256 of a key's SubjectPublicKeyInfo in hexadecimal.
[[nodiscard]] std::string key_id(const Ed25519Key& key);

/// Signs the bytes themselves, so that `openssl pkeyutl -verify -rawin` verifies the signature too.
[[nodiscard]] Signature sign(const Ed25519Key& private_key, std::string_view bytes);

/// True if the signature is that of these bytes by this key.
[[nodiscard]] bool fits(const Signature& signature, const Ed25519Key& public_key,
                        std::string_view bytes);

} // namespace k8s_node
