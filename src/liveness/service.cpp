#include "liveness/service.hpp"

#include <csignal>

#include "loop/signal_block.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::liveness {

void run_service(const WatchOptions& options, EventSink& events) {
    const SignalBlock signals({SIGTERM, SIGINT});
    bool is_to_end = false;
    while (!is_to_end) {
        EventLoop loop;
        const auto end = [&] {
            is_to_end = true;
            loop.stop();
        };
        const auto terminated = loop.on_signal(SIGTERM, end);
        const auto interrupted = loop.on_signal(SIGINT, end);
        loop.notify_watchdog();
        const NodeWatch watch(loop, options, read_watched_generation(), events);
        loop.run();
    }
    tell_stopping();
}

} // namespace k8s_node::liveness
