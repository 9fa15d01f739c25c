// The certificate of a CA alone, for a program that takes one where its file may hold several.
#pragma once

#include <string>

namespace k8s_node {

/// Paths of the file to write, of the CA's certificates and of its key.
struct SignerOptions {
    std::string file;
    std::string from;
    std::string key;
};

/// Writes the certificate that the key belongs to, or the first one if it belongs to none or is
/// not there. A file that is as it shall be is left alone. Throws Error; then nothing is written.
void pick_signer(const SignerOptions& options);

} // namespace k8s_node
