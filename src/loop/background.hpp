// Steps of a run that go on beside others.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "loop/event_loop.hpp"
#include "loop/fiber.hpp"

namespace k8s_node {

/// Runs a function whose waits are those of a loop beside whatever else waits there: on a stack of
/// its own, but in the same thread, and only while that thread waits. For the thread that runs the
/// loop, and not to be created by its callbacks.
class Background {
public:
    /// Runs `body` to its first wait. `loop` and what `body` refers to must outlive this.
    Background(EventLoop& loop, std::function<void()> body);
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    Background(Background&&) = delete;
    Background& operator=(Background&&) = delete;
    /// Cancels it and waits for its end.
    ~Background();

    /// Waits for its end, and throws what it threw.
    void finish();

    /// Lets its present wait, and each later one, throw Cancelled.
    void cancel() noexcept { is_cancelled_ = true; }
    [[nodiscard]] bool has_ended() const noexcept { return fiber_.has_ended(); }

private:
    friend class EventLoop;

    EventLoop& loop_;
    bool is_cancelled_ = false;
    std::exception_ptr failure_;
    Fiber fiber_;
};

/// A value that is worked out in the background. Empty if default-constructed.
template <typename Value>
class Eventually {
public:
    Eventually() = default;
    Eventually(EventLoop& loop, std::function<Value()> body) : work_(std::make_unique<Work>()) {
        auto& value = work_->value;
        work_->background.emplace(loop, [&value, body = std::move(body)] { value = body(); });
    }

    explicit operator bool() const noexcept { return work_ != nullptr; }

    /// Waits for the value, or throws what the body threw. Call it once.
    [[nodiscard]] Value get() {
        const auto work = std::move(work_);
        work->background->finish();
        return *std::move(work->value);
    }

private:
    struct Work {
        std::optional<Value> value;
        std::optional<Background> background; ///< goes first
    };
    std::unique_ptr<Work> work_; ///< what the body refers to stays where it is
};

} // namespace k8s_node
