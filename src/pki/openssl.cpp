#include "pki/openssl.hpp"

#include <vector>

#include <openssl/err.h>

#include "support/text.hpp"

namespace k8s_node {

Error openssl_error(std::string_view what) {
    std::vector<std::string> reasons;
    while (const unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        reasons.emplace_back(reason != nullptr ? reason : "error " + std::to_string(code));
    }
    if (reasons.empty()) {
        reasons.emplace_back("OpenSSL gave no reason");
    }
    return Error(std::string(what) + ": " + join(reasons, ", "));
}

BioHandle writing_bio() {
    return require_made<BioHandle>(BIO_new(BIO_s_mem()), "create a memory buffer");
}

BioHandle reading_bio(std::string_view text) {
    return require_made<BioHandle>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                   "create a memory buffer");
}

std::string content_of(const BioHandle& bio) {
    char* data = nullptr;
    const long size = BIO_ctrl(bio.get(), BIO_CTRL_INFO, 0, static_cast<void*>(&data));
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

} // namespace k8s_node
