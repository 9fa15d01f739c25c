// Hashes a file in its own thread while another one still appends to it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "store/hasher.hpp"

namespace k8s_node {

/// SHA-512 takes as long as receiving from a nearby mirror, so the two run in parallel. The
/// descriptor must outlive it. Memory use is constant: the bytes wait in the file, not in a
/// queue.
class TrailingHasher {
public:
    TrailingHasher(int fd, HashAlgorithm algorithm);

    /// Announces that the file has this many bytes, which will not change any more.
    void grown_to(std::uint64_t size);
    /// Returns the digest of all announced bytes. Must be the last call. Rethrows the thread's
    /// exception.
    [[nodiscard]] std::string finish();

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] std::uint64_t wait_for_more(const std::stop_token& stop);
    void hash_up_to(std::uint64_t size);

    int fd_;
    Hasher hasher_;
    std::uint64_t hashed_ = 0; ///< used by the thread only
    std::mutex mutex_;
    std::condition_variable_any grown_;
    std::uint64_t size_ = 0;
    std::uint64_t announced_ = 0; ///< the size at the last wake-up
    bool complete_ = false;
    std::exception_ptr failure_;
    std::jthread thread_; ///< last: everything above outlives it
};

} // namespace k8s_node
