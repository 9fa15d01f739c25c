#include "model/digest.hpp"

#include <algorithm>

namespace k8s_node {

namespace {

bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace

std::optional<Digest> Digest::parse(std::string_view text) {
    constexpr std::string_view sha256 = "sha256:";
    constexpr std::string_view sha512 = "sha512:";
    const bool long_one = text.starts_with(sha512);
    if (!long_one && !text.starts_with(sha256)) {
        return std::nullopt;
    }
    const auto hex = text.substr(sha256.size());
    if (hex.size() != (long_one ? 128U : 64U) || !is_lower_hex(hex)) {
        return std::nullopt;
    }
    return Digest(long_one ? HashAlgorithm::sha512 : HashAlgorithm::sha256, std::string(hex));
}

std::string Digest::text() const {
    return (algorithm_ == HashAlgorithm::sha512 ? "sha512:" : "sha256:") + hex_;
}

} // namespace k8s_node
