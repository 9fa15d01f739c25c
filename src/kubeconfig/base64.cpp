#include "kubeconfig/base64.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <openssl/evp.h>

namespace k8s_node {

std::string to_base64(std::string_view bytes) {
    // EVP_EncodeBlock ends its output with a NUL.
    std::vector<unsigned char> text(4 * ((bytes.size() + 2) / 3) + 1);
    const std::vector<unsigned char> input(bytes.begin(), bytes.end());
    const int size = EVP_EncodeBlock(text.data(), input.data(), static_cast<int>(input.size()));
    return {text.begin(), text.begin() + size};
}

std::optional<std::string> from_base64(std::string_view text) {
    std::vector<unsigned char> input;
    input.reserve(text.size());
    std::ranges::copy_if(text, std::back_inserter(input),
                         [](char c) { return c != '\n' && c != '\r'; });
    const auto padding_start = std::ranges::find(input, '=');
    const auto padding = input.end() - padding_start;
    // EVP_DecodeBlock would accept '=' anywhere, and blanks around the text.
    const bool only_padding =
        std::all_of(padding_start, input.end(), [](unsigned char c) { return c == '='; });
    const bool blank = std::ranges::any_of(input, [](unsigned char c) { return c <= ' '; });
    if (input.empty() || input.size() % 4 != 0 || padding > 2 || !only_padding || blank) {
        return std::nullopt;
    }
    std::vector<unsigned char> bytes(input.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), input.data(), static_cast<int>(input.size()));
    if (size < 0) {
        return std::nullopt;
    }
    // EVP_DecodeBlock decodes the padding to zero bytes.
    return std::string(bytes.begin(), bytes.begin() + (size - padding));
}

} // namespace k8s_node
