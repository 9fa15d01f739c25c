// The keys whose signatures a machine trusts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/files.hpp"
#include "trust/keys.hpp"
#include "trust/signature.hpp"

namespace k8s_node {

namespace paths {
inline constexpr const char* trust = "/etc/k8s-node/trust.d";
} // namespace paths

/// A key in trust.d: NAME.pub is trusted, NAME.pub.removed is known and no longer trusted.
struct TrustedKey {
    std::string name;
    std::string id;
    bool removed = false;
    Ed25519Key key;
};

class TrustedKeys {
public:
    /// Reads all keys. Throws Error(configuration) for a file that is no key, and for one that
    /// others than its owner may change: then anybody could be trusted.
    [[nodiscard]] static TrustedKeys read(const Root& root);

    [[nodiscard]] const std::vector<TrustedKey>& all() const noexcept { return keys_; }

    /// Returns the key that signed `bytes`. Throws Error(verification) that names `what` if there
    /// is no signature, or one by a key that is not trusted, or of other bytes.
    const TrustedKey& require(const std::string& what, std::string_view bytes,
                              const std::optional<Signature>& signature) const;

    /// Says if require() accepts the text with its signature.
    [[nodiscard]] bool accept(const SignedText& text) const;

private:
    [[nodiscard]] std::string stranger(const std::string& id) const;

    std::vector<TrustedKey> keys_; ///< by name
};

/// Returns the path of a file's signature: FILE.sig.
[[nodiscard]] std::filesystem::path signature_path(const std::filesystem::path& file);

/// Reads the signature beside a file; nullopt if there is none. Throws Error(verification) for a
/// file that is no signature.
[[nodiscard]] std::optional<Signature> read_signature(const std::filesystem::path& file);

} // namespace k8s_node
