#include "configuration/trust_policy.hpp"

#include <algorithm>

namespace k8s_node {

TrustPolicy::TrustPolicy(std::span<const NodeConfiguration> layers, const Root& root) {
    if (std::ranges::any_of(layers, &NodeConfiguration::require_signatures)) {
        keys_ = std::make_shared<const TrustedKeys>(TrustedKeys::read(root));
    }
}

void TrustPolicy::check(const std::string& what, const SignedText& text) const {
    if (keys_ != nullptr) {
        keys_->require(what, text.text, text.signature);
    }
}

SignedText read_signed_file(const std::filesystem::path& path) {
    auto text = read_file(path);
    auto beside = read_signature(path);
    return beside ? SignedText{std::move(text), std::move(beside)} : split_signature(text);
}

} // namespace k8s_node
