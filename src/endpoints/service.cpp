#include "endpoints/service.hpp"

#include <memory>

#include "endpoints/follower.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"
#include "watch/daemon.hpp"

namespace k8s_node::endpoints {

namespace {

/// One with a name is in HAProxy's configuration, which asks for its address.
Servers first_servers(const std::string& urls) {
    Servers servers;
    for (const auto& url : split(urls, ',')) {
        if (auto server = server_of_url(url); !server.empty()) {
            servers.insert(std::move(server));
        }
    }
    return servers;
}

} // namespace

void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log) {
    watch::run_daemon([&](EventLoop& loop) {
        return std::make_shared<Follower>(
            loop, FollowerFiles{options.kubeconfig, options.socket, options.list},
            first_servers(options.first), Follower::Observer{tell_ready, tell_status, log});
    });
}

} // namespace k8s_node::endpoints
