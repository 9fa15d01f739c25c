// Which files must carry a signature before their content is used.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "model/definition.hpp"
#include "support/files.hpp"
#include "trust/trusted_keys.hpp"

namespace k8s_node {

/// Requires nothing, unless a layer of the configuration says `require_signatures: true`. No layer
/// takes that back: one that comes over the network must not.
class TrustPolicy {
public:
    TrustPolicy() = default;
    /// Reads the trusted keys if signatures are required. Throws Error if they cannot be used.
    TrustPolicy(std::span<const NodeConfiguration> layers, const Root& root);

    [[nodiscard]] bool requires_signatures() const noexcept { return keys_ != nullptr; }

    /// Throws Error(verification) if a signature is required and `text` has none that is trusted.
    /// `what` names it for messages.
    void check(const std::string& what, const SignedText& text) const;

    /// Reads a file of which check() holds. Throws Error(verification) if it does not.
    [[nodiscard]] SignedText read(const std::filesystem::path& path) const;

private:
    std::shared_ptr<const TrustedKeys> keys_;
};

/// Reads a YAML file once, with the signature in its last line or, if there is none or these keys
/// do not accept it, with the one beside it: that may be left of an earlier file of the name.
[[nodiscard]] SignedText read_signed_file(const std::filesystem::path& path,
                                          const TrustedKeys* keys = nullptr);

} // namespace k8s_node
