#include "watch/daemon.hpp"

#include <csignal>

#include "loop/signal_block.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::watch {

void run_daemon(const std::function<std::shared_ptr<void>(EventLoop&)>& start) {
    const SignalBlock signals({SIGTERM, SIGINT}); // before libcurl's threads
    EventLoop loop;
    const auto end = [&loop] { loop.stop(); };
    const auto terminated = loop.on_signal(SIGTERM, end);
    const auto interrupted = loop.on_signal(SIGINT, end);
    loop.notify_watchdog();
    const auto running = start(loop);
    loop.run();
    tell_stopping();
}

} // namespace k8s_node::watch
