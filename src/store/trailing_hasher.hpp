// Hashes a file in a thread of its own while another one still appends to it.
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

/// SHA-512 costs as much time as receiving from a near mirror, so the two run
/// side by side. The descriptor must outlive it. Memory is constant: the bytes
/// wait in the file, not in a queue.
class TrailingHasher {
public:
    TrailingHasher(int fd, HashAlgorithm algorithm);

    /// The file now has this many bytes that will not change any more.
    void grown_to(std::uint64_t size);
    /// The digest of all bytes announced. The last call. Throws what the
    /// thread threw.
    [[nodiscard]] std::string finish();

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] std::uint64_t wait_for_more(const std::stop_token& stop);
    void hash_up_to(std::uint64_t size);

    int fd_;
    Hasher hasher_;
    std::uint64_t hashed_ = 0; ///< the thread's own
    std::mutex mutex_;
    std::condition_variable_any grown_;
    std::uint64_t size_ = 0;
    std::uint64_t announced_ = 0; ///< the size at the last wake-up
    bool complete_ = false;
    std::exception_ptr failure_;
    std::jthread thread_; ///< last: everything above outlives it
};

} // namespace k8s_node
