#include "store/trailing_hasher.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

constexpr std::uint64_t step = std::uint64_t{256} << 10U;

} // namespace

TrailingHasher::TrailingHasher(int fd, HashAlgorithm algorithm) : fd_(fd), hasher_(algorithm) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        try {
            run(stop);
        } catch (...) {
            failure_ = std::current_exception(); // read only after the join
        }
    });
}

/// Wakes the thread once per step: a wake-up for each packet would cost more than it gains.
void TrailingHasher::grown_to(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    size_ = size;
    if (size_ - announced_ >= step) {
        announced_ = size_;
        grown_.notify_one();
    }
}

std::string TrailingHasher::finish() {
    {
        const std::lock_guard lock(mutex_);
        complete_ = true;
        grown_.notify_one();
    }
    thread_.join();
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    return hasher_.hex();
}

void TrailingHasher::run(const std::stop_token& stop) {
    for (auto size = wait_for_more(stop); size > hashed_; size = wait_for_more(stop)) {
        hash_up_to(size);
    }
}

/// Returns a size above hashed_, or hashed_ itself if there is nothing more to do.
std::uint64_t TrailingHasher::wait_for_more(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool more = grown_.wait(lock, stop, [&] { return complete_ || size_ >= hashed_ + step; });
    return more ? size_ : hashed_;
}

void TrailingHasher::hash_up_to(std::uint64_t size) {
    std::vector<std::byte> buffer(step);
    while (hashed_ < size) {
        throw_if_interrupted(); // it may be far behind
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
