#include "store/trailing_hasher.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

constexpr std::uint64_t piece = std::uint64_t{256} << 10U;
/// A thread for less would cost more than it gains.
constexpr std::uint64_t step = std::uint64_t{1} << 20U;

bool is_busy(const std::future<void>& thread) {
    return thread.valid() && thread.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

} // namespace

void TrailingHasher::grown_to(std::uint64_t size) {
    size_ = size;
    if (size_ - begun_ < step || is_busy(thread_)) {
        return;
    }
    if (thread_.valid()) {
        thread_.get(); // throws what it threw
    }
    begun_ = size_;
    thread_ = std::async(std::launch::async, [this, size] { hash_up_to(size); });
}

std::string TrailingHasher::finish(const std::stop_token& stop) {
    const std::stop_callback from_outside(stop, [this] { stop_.request_stop(); });
    if (thread_.valid()) {
        thread_.get();
    }
    hash_up_to(size_);
    return hasher_.hex();
}

void TrailingHasher::hash_up_to(std::uint64_t size) {
    std::vector<std::byte> buffer(piece);
    while (hashed_ < size) {
        if (stop_.stop_requested()) {
            throw Cancelled();
        }
        const auto wanted = std::min<std::uint64_t>(buffer.size(), size - hashed_);
        const auto count = ::pread(fd_, buffer.data(), wanted, static_cast<off_t>(hashed_));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            throw system_error(count < 0 ? errno : EIO, "read back the download");
        }
        hasher_.update(std::span(buffer).first(static_cast<std::size_t>(count)));
        hashed_ += static_cast<std::uint64_t>(count);
    }
}

} // namespace k8s_node
