// The API server's EncryptionConfiguration (apiserver.config.k8s.io/v1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/pki_spec.hpp"
#include "pki/fit.hpp"

namespace k8s_node {

/// 32 random bytes in base64: a key for secretbox and for AES-256.
[[nodiscard]] std::string random_key();

/// A new file: the provider writes, plain text can still be read.
[[nodiscard]] std::string render_encryption_config(const EncryptionSpec& spec,
                                                   std::string_view key);

/// What is there, nullopt when there is no file. Whatever the API server could
/// read is the operator's to change (Kubernetes documents how keys are rotated)
/// and thus good or kept; messages name no key.
[[nodiscard]] Verdict judge_encryption_config(const EncryptionSpec& wanted,
                                              const std::optional<std::string>& text);

} // namespace k8s_node
