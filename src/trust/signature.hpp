// How an Ed25519 signature is written: one line in a file beside what it signs, or the last line of
// a YAML file, as a comment. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

/// A signature and the key that made it.
struct Signature {
    std::string key;   ///< id of the key: SHA-256 of its SubjectPublicKeyInfo, hexadecimal
    std::string bytes; ///< 64
    bool operator==(const Signature&) const = default;
};

/// A text and the signature that came with it.
struct SignedText {
    std::string text;                   ///< that is signed
    std::optional<Signature> signature; ///< nullopt if there is none
};

/// Returns "k8s-node-signature: <id> <base64>\n".
[[nodiscard]] std::string signature_line(const Signature& signature);

/// Reads such a line, and nothing but it; nullopt if it is none.
[[nodiscard]] std::optional<Signature> parse_signature(std::string_view text);

/// Returns a YAML file with its signature as its last line, which travels with it.
[[nodiscard]] std::string with_signature(const SignedText& text);

/// Separates a YAML file from a signature in its last line.
[[nodiscard]] SignedText split_signature(std::string_view text);

} // namespace k8s_node
