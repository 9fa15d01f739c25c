// The API server's EncryptionConfiguration (apiserver.config.k8s.io/v1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/pki_spec.hpp"
#include "pki/validation.hpp"

namespace k8s_node {

/// Returns 32 random bytes in base64: a key for secretbox and for AES-256.
[[nodiscard]] std::string random_key();

/// Returns a new file: the provider writes, plain text can still be read.
[[nodiscard]] std::string render_encryption_config(const EncryptionSpec& spec,
                                                   std::string_view key);

/// Judges the file, nullopt if there is none. The operator may change it (Kubernetes documents
/// how keys are rotated), so anything that the API server can read is good or kept; messages
/// contain no key.
[[nodiscard]] Verdict judge_encryption_config(const EncryptionSpec& wanted,
                                              const std::optional<std::string>& text);

} // namespace k8s_node
