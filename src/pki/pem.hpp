// Splits PEM text into its blocks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

struct PemBlock {
    std::string label;   ///< "CERTIFICATE", "EC PRIVATE KEY"
    std::string headers; ///< lines of RFC 1421, which only encrypted keys have
    std::vector<unsigned char> bytes;

    [[nodiscard]] bool is_encrypted() const {
        return label == "ENCRYPTED PRIVATE KEY" || headers.find("ENCRYPTED") != std::string::npos;
    }
};

/// Returns all blocks; text between them is skipped. Throws Error naming `origin` if a block is
/// damaged.
[[nodiscard]] std::vector<PemBlock> parse_pem(std::string_view text, std::string_view origin);

} // namespace k8s_node
