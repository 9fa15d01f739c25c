#include "aides/pick_signer.hpp"

#include <unistd.h>

#include "pki/material.hpp"
#include "pki/validation.hpp"
#include "support/error.hpp"

namespace k8s_node {

void pick_signer(const SignerOptions& options) {
    auto found = load_credential(Root(), {options.key, options.from});
    if (found.chain.empty()) {
        throw Error(options.from + " is not there, or holds no certificate");
    }
    put_signer_first(found);
    const auto pem = certificate_to_pem(found.chain.front());
    if (read_file_if_exists(options.file) != pem) {
        write_file_atomically(options.file, pem, {0644, ::geteuid(), ::getegid()});
    }
}

} // namespace k8s_node
