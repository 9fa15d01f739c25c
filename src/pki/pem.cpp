#include "pki/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "pki/openssl.hpp"

namespace k8s_node {

namespace {

void free_memory(void* memory) {
    OPENSSL_free(memory);
}
template <typename T>
using MemoryHandle = CHandle<T, free_memory>;

/// True if the last read failed because there is no further block.
bool at_end() {
    const unsigned long code = ERR_peek_last_error();
    if (ERR_GET_LIB(code) != ERR_LIB_PEM || ERR_GET_REASON(code) != PEM_R_NO_START_LINE) {
        return false;
    }
    ERR_clear_error();
    return true;
}

} // namespace

std::vector<PemBlock> parse_pem(std::string_view text, std::string_view origin) {
    const auto bio = reading_bio(text);
    std::vector<PemBlock> blocks;
    for (;;) {
        char* label = nullptr;
        char* headers = nullptr;
        unsigned char* bytes = nullptr;
        long size = 0;
        if (PEM_read_bio(bio.get(), &label, &headers, &bytes, &size) != 1) {
            break;
        }
        const MemoryHandle<char> own_label(label);
        const MemoryHandle<char> own_headers(headers);
        const MemoryHandle<unsigned char> own_bytes(bytes);
        blocks.push_back({label, headers, {bytes, bytes + size}});
    }
    if (!at_end()) {
        throw openssl_error("read the PEM text in " + std::string(origin));
    }
    return blocks;
}

} // namespace k8s_node
