// Hashes a file while it still grows.
#pragma once

#include <cstdint>
#include <future>
#include <stop_token>
#include <string>

#include "store/hasher.hpp"

namespace k8s_node {

/// SHA-512 takes as long as receiving from a nearby mirror, so what has arrived is hashed in a
/// thread while more arrives. The descriptor must outlive it. Memory use is constant: the bytes
/// wait in the file, not in a queue.
class TrailingHasher {
public:
    TrailingHasher(int fd, HashAlgorithm algorithm) : fd_(fd), hasher_(algorithm) {}
    TrailingHasher(const TrailingHasher&) = delete;
    TrailingHasher& operator=(const TrailingHasher&) = delete;
    TrailingHasher(TrailingHasher&&) = delete;
    TrailingHasher& operator=(TrailingHasher&&) = delete;
    ~TrailingHasher() { stop_.request_stop(); }

    /// Announces that the file has this many bytes, which will not change any more. Never waits.
    void grown_to(std::uint64_t size);
    /// Hashes the rest and returns the digest of all announced bytes: work for a worker, which
    /// throws Cancelled once `stop` is requested. Must be the last call. Throws Error if the file
    /// cannot be read.
    [[nodiscard]] std::string finish(const std::stop_token& stop = {});

private:
    void hash_up_to(std::uint64_t size);

    int fd_;
    Hasher hasher_;            ///< used by the thread, while there is one
    std::uint64_t hashed_ = 0; ///< likewise
    std::uint64_t begun_ = 0;  ///< what the last thread hashes up to
    std::uint64_t size_ = 0;
    std::stop_source stop_;
    std::future<void> thread_; ///< last: its end is waited for first
};

} // namespace k8s_node
