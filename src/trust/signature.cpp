#include "trust/signature.hpp"

#include <algorithm>

#include "kubeconfig/base64.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view label = "k8s-node-signature:";
constexpr std::string_view comment = "# ";
constexpr std::size_t key_digits = 64;
constexpr std::size_t signature_bytes = 64;

bool is_key_id(std::string_view text) {
    return text.size() == key_digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::string signature_line(const Signature& signature) {
    return std::string(label) + " " + signature.key + " " + to_base64(signature.bytes) + "\n";
}

std::optional<Signature> parse_signature(std::string_view text) {
    const auto words = words_of(trim(text));
    if (words.size() != 3 || words[0] != label || !is_key_id(words[1])) {
        return std::nullopt;
    }
    auto bytes = from_base64(words[2]);
    return bytes && bytes->size() == signature_bytes
               ? std::optional(Signature{words[1], *std::move(bytes)})
               : std::nullopt;
}

std::string with_signature(const SignedText& text) {
    if (!text.signature) {
        return text.text;
    }
    return text.text + std::string(comment) + signature_line(*text.signature);
}

SignedText split_signature(std::string_view text) {
    if (!text.ends_with('\n')) {
        return {std::string(text), {}};
    }
    const auto before = text.substr(0, text.size() - 1).rfind('\n');
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    const auto line = text.substr(begin);
    auto signature =
        line.starts_with(comment) ? parse_signature(line.substr(comment.size())) : std::nullopt;
    // Only what with_signature() wrote, so that what is left is what was signed.
    if (!signature || line != std::string(comment) + signature_line(*signature)) {
        return {std::string(text), {}};
    }
    return {std::string(text.substr(0, begin)), std::move(signature)};
}

} // namespace k8s_node
