#include "dns_endpoints/service.hpp"

#include <memory>

#include "dns_endpoints/keeper.hpp"
#include "support/error.hpp"
#include "systemd/notify.hpp"
#include "watch/daemon.hpp"

namespace k8s_node::dns_endpoints {

void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log) {
    if (options.own.node.empty() || options.own.address.empty()) {
        throw Error("--node and --address are needed: whose DNS server is it, and where",
                    ExitStatus::usage);
    }
    auto own = options.own;
    own.is_node = options.has_kubelet != "false";
    watch::run_daemon([&](EventLoop& loop) {
        return std::make_shared<Keeper>(loop, read_kubeconfig(options.kubeconfig, Root()), own,
                                        Keeper::Observer{tell_ready, tell_status, log});
    });
}

} // namespace k8s_node::dns_endpoints
