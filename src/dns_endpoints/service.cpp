#include "dns_endpoints/service.hpp"

#include <csignal>

#include "dns_endpoints/keeper.hpp"
#include "loop/signal_block.hpp"
#include "support/error.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::dns_endpoints {

void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log) {
    if (options.own.node.empty() || options.own.address.empty()) {
        throw Error("--node and --address are needed: whose DNS server is it, and where",
                    ExitStatus::usage);
    }
    auto own = options.own;
    own.is_node = options.has_kubelet != "false";
    const SignalBlock signals({SIGTERM, SIGINT}); // before libcurl's threads
    EventLoop loop;
    const auto end = [&loop] { loop.stop(); };
    const auto terminated = loop.on_signal(SIGTERM, end);
    const auto interrupted = loop.on_signal(SIGINT, end);
    loop.notify_watchdog();
    const Keeper keeper(loop, read_kubeconfig(options.kubeconfig, Root()), own,
                        {tell_ready, tell_status, log});
    loop.run();
    tell_stopping();
}

} // namespace k8s_node::dns_endpoints
