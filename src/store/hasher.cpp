#include "store/hasher.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <unistd.h>
#include <vector>

#include <openssl/evp.h>

#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

void require(int openssl_result) {
    if (openssl_result != 1) {
        throw Error("OpenSSL cannot compute a digest here")
            .try_this("check that this machine's OpenSSL configuration allows SHA-2");
    }
}

} // namespace

void Hasher::Free::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

Hasher::Hasher(HashAlgorithm algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
    restart();
}

void Hasher::restart() {
    const auto* type = algorithm_ == HashAlgorithm::sha512 ? EVP_sha512() : EVP_sha256();
    require(context_ ? EVP_DigestInit_ex(context_.get(), type, nullptr) : 0);
}

void Hasher::update(std::span<const std::byte> bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Hasher::hex() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
    restart();
    return to_hex(std::span(digest).first(size));
}

std::string hash_file(int fd, HashAlgorithm algorithm, const std::string& name) {
    Hasher hasher(algorithm);
    std::vector<std::byte> buffer(std::size_t{256} << 10U);
    for (off_t offset = 0;;) {
        throw_if_interrupted(); // a binary has a hundred megabytes, and a disk may be slow
        const auto count = ::pread(fd, buffer.data(), buffer.size(), offset);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, "read " + name);
        }
        if (count == 0) {
            return hasher.hex();
        }
        hasher.update(std::span(buffer).first(static_cast<std::size_t>(count)));
        offset += count;
    }
}

} // namespace k8s_node
