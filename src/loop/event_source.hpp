// The handle of something that an event loop watches.
#pragma once

#include <memory>

namespace k8s_node {

/// Owns an event source of sd-event. Destroying or replacing it ends the watch, also from within
/// its own callback. It may outlive its loop and is then never called. Move-only; for the thread
/// that runs the loop.
class [[nodiscard]] EventSource {
public:
    EventSource() noexcept = default;
    EventSource(EventSource&& other) noexcept = default;
    EventSource& operator=(EventSource&& other) noexcept;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    ~EventSource() { reset(); }

    /// Ends the watch. The descriptor of on_readable() and the like may be closed afterwards.
    void reset() noexcept;

private:
    friend class EventLoop;
    struct Watch;
    explicit EventSource(std::shared_ptr<Watch> watch) noexcept : watch_(std::move(watch)) {}

    std::shared_ptr<Watch> watch_; ///< shared with the loop while it is in the callback
};

} // namespace k8s_node
