// Private and public keys, and their PEM form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/pki_spec.hpp"
#include "pki/openssl.hpp"

namespace k8s_node {

[[nodiscard]] KeyHandle create_key(KeyAlgorithm algorithm);

/// PKCS#8 ("PRIVATE KEY"), which Go's parsers take in every Kubernetes version.
[[nodiscard]] std::string key_to_pem(const KeyHandle& key);

/// PKIX ("PUBLIC KEY").
[[nodiscard]] std::string public_key_to_pem(const KeyHandle& key);

/// The first private key in `pem`: PKCS#8, SEC1 or PKCS#1. Throws Error naming
/// `origin`; an encrypted key is an error too, never a prompt.
[[nodiscard]] KeyHandle parse_key(std::string_view pem, std::string_view origin);

/// All "PUBLIC KEY" blocks, at least one. Throws Error naming `origin`.
[[nodiscard]] std::vector<KeyHandle> parse_public_keys(std::string_view pem,
                                                       std::string_view origin);

/// Whether the public halves are the same.
[[nodiscard]] bool same_key(const KeyHandle& one, const KeyHandle& other);

} // namespace k8s_node
