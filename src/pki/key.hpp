// Private and public keys and their PEM encoding.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/pki_spec.hpp"
#include "pki/openssl.hpp"

namespace k8s_node {

/// An RSA key takes seconds; once `stop` is requested, it is given up by Cancelled.
[[nodiscard]] KeyHandle create_key(KeyAlgorithm algorithm, const std::stop_token& stop = {});

/// Encodes as PKCS#8 ("PRIVATE KEY"), which every Kubernetes version can parse.
[[nodiscard]] std::string key_to_pem(const KeyHandle& key);

/// Encodes as PKIX ("PUBLIC KEY").
[[nodiscard]] std::string public_key_to_pem(const KeyHandle& key);

/// Returns the first private key in `pem`: PKCS#8, SEC1 or PKCS#1. Throws Error naming `origin`;
/// an encrypted key is an error, never a prompt.
[[nodiscard]] KeyHandle parse_key(std::string_view pem, std::string_view origin);

/// Returns all "PUBLIC KEY" blocks, at least one. Throws Error naming `origin`.
[[nodiscard]] std::vector<KeyHandle> parse_public_keys(std::string_view pem,
                                                       std::string_view origin);

/// True if the public halves are equal.
[[nodiscard]] bool same_key(const KeyHandle& one, const KeyHandle& other);

} // namespace k8s_node
