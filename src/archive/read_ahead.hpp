// Runs a byte producer in its own thread, a few buffers ahead.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace k8s_node {

/// The consumer's thread calls next(); `produce` runs in the other one. Memory use is constant.
/// The destructor ends the thread.
class ReadAhead {
public:
    /// Fills the buffer and returns the number of bytes; 0 at the end. May throw.
    using Produce = std::function<std::size_t(std::span<std::byte>)>;

    explicit ReadAhead(Produce produce);
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;
    ReadAhead(ReadAhead&&) = delete;
    ReadAhead& operator=(ReadAhead&&) = delete;
    ~ReadAhead() = default;

    /// Returns the next bytes, valid until the next call; empty at the end. Rethrows the
    /// producer's exception after the bytes before it.
    [[nodiscard]] std::span<const std::byte> next();

private:
    struct Buffer {
        std::vector<std::byte> bytes;
        std::size_t filled = 0;
    };

    void run(const std::stop_token& stop);

    Produce produce_;
    std::array<Buffer, 4> buffers_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::size_t produced_ = 0; ///< buffers filled so far
    std::size_t consumed_ = 0; ///< buffers returned so far
    bool lent_ = false;        ///< the consumer still reads buffer consumed_
    bool ended_ = false;
    std::exception_ptr failure_;
    std::jthread thread_; ///< last: everything above outlives it
};

} // namespace k8s_node
