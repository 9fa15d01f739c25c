#include "loop/interruptible.hpp"

#include "support/interrupt.hpp"

namespace k8s_node {

bool run_interruptible(EventLoop& loop, const std::function<bool()>& is_done,
                       EventLoop::Clock::time_point deadline) {
    const auto interrupted = loop.on_stop(interrupt_token(), throw_if_interrupted);
    return loop.run_until(is_done, deadline);
}

} // namespace k8s_node
