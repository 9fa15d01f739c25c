// Digests of streams, computed by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "model/digest.hpp"

struct evp_md_ctx_st;

namespace k8s_node {

/// Computes a digest incrementally. After hex() it is ready for another stream.
class Hasher {
public:
    explicit Hasher(HashAlgorithm algorithm);
    void update(std::span<const std::byte> bytes);
    /// Returns the digest of all bytes so far in lower-case hexadecimal and starts over.
    [[nodiscard]] std::string hex();

private:
    void restart();
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    HashAlgorithm algorithm_;
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// Returns the digest of an open file from its first byte; `name` is for errors.
[[nodiscard]] std::string hash_file(int fd, HashAlgorithm algorithm, const std::string& name);

} // namespace k8s_node
