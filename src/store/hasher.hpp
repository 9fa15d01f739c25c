// Digests of streams, by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "model/digest.hpp"

struct evp_md_ctx_st;

namespace k8s_node {

/// Feeds bytes into a digest. After hex() it is ready for another stream.
class Hasher {
public:
    explicit Hasher(HashAlgorithm algorithm);
    void update(std::span<const std::byte> bytes);
    /// Lower-case hexadecimal of all bytes so far; begins anew.
    [[nodiscard]] std::string hex();

private:
    void restart();
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    HashAlgorithm algorithm_;
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The digest of an open file from its first byte; `name` is for errors.
[[nodiscard]] std::string hash_file(int fd, HashAlgorithm algorithm, const std::string& name);

} // namespace k8s_node
