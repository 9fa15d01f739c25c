// A pinned digest of an artifact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

enum class HashAlgorithm { sha256, sha512 };

/// An expected digest: an algorithm and, by construction, lower-case hexadecimal digits of the
/// right length.
class Digest {
public:
    /// Parses "sha256:<64 hex>" or "sha512:<128 hex>"; nullopt otherwise.
    [[nodiscard]] static std::optional<Digest> parse(std::string_view text);

    [[nodiscard]] HashAlgorithm algorithm() const noexcept { return algorithm_; }
    [[nodiscard]] const std::string& hex() const noexcept { return hex_; }
    /// Returns "sha256:…", as it is written in a release.
    [[nodiscard]] std::string text() const;
    bool operator==(const Digest&) const = default;

private:
    Digest(HashAlgorithm algorithm, std::string hex)
        : algorithm_(algorithm), hex_(std::move(hex)) {}
    HashAlgorithm algorithm_;
    std::string hex_;
};

} // namespace k8s_node
