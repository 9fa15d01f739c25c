#include "archive/read_ahead.hpp"

namespace k8s_node {

ReadAhead::ReadAhead(Produce produce) : produce_(std::move(produce)) {
    for (auto& buffer : buffers_) {
        buffer.bytes.resize(std::size_t{1} << 20U);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) {
        try {
            run(stop);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            failure_ = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    });
}

void ReadAhead::run(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [&] { return produced_ - consumed_ < buffers_.size(); })) {
            return;
        }
        auto& buffer = buffers_.at(produced_ % buffers_.size());
        lock.unlock();
        buffer.filled = produce_(buffer.bytes);
        if (buffer.filled == 0) {
            return;
        }
        lock.lock();
        ++produced_;
        changed_.notify_all();
    }
}

std::span<const std::byte> ReadAhead::next() {
    std::unique_lock lock(mutex_);
    if (lent_) {
        ++consumed_;
        lent_ = false;
        changed_.notify_all();
    }
    changed_.wait(lock, [&] { return produced_ > consumed_ || ended_; });
    if (produced_ > consumed_) {
        lent_ = true;
        const auto& buffer = buffers_.at(consumed_ % buffers_.size());
        return std::span(buffer.bytes).first(buffer.filled);
    }
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    return {};
}

} // namespace k8s_node
