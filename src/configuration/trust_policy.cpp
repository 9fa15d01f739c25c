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

SignedText TrustPolicy::read(const std::filesystem::path& path) const {
    auto content = read_signed_file(path, keys_.get());
    check(path.string(), content);
    return content;
}

SignedText read_signed_file(const std::filesystem::path& path, const TrustedKeys* keys) {
    auto text = read_file(path);
    auto carried = split_signature(text);
    if (carried.signature && (keys == nullptr || keys->accept(carried))) {
        return carried;
    }
    auto beside = read_signature(path);
    return beside ? SignedText{std::move(text), std::move(beside)} : carried;
}

} // namespace k8s_node
