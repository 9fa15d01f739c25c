#include "approver/service.hpp"

#include <csignal>

#include "approver/approver.hpp"
#include "loop/signal_block.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::approver {

namespace {

Reserved reserved_by(const ServiceOptions& options) {
    const auto& path = options.api_server_certificate;
    auto certificates = parse_certificates(read_file(path), path);
    return {std::move(certificates.front()), options.cluster_domain,
            options.cluster_networks.empty() ? std::vector<std::string>()
                                             : split(options.cluster_networks, ',')};
}

} // namespace

void run_service(const ServiceOptions& options,
                 const std::function<void(Priority, const std::string&)>& log) {
    const SignalBlock signals({SIGTERM, SIGINT}); // before libcurl's threads
    EventLoop loop;
    const auto end = [&loop] { loop.stop(); };
    const auto terminated = loop.on_signal(SIGTERM, end);
    const auto interrupted = loop.on_signal(SIGINT, end);
    loop.notify_watchdog();
    const Approver approver(loop, read_kubeconfig(options.kubeconfig, Root()), reserved_by(options),
                            {tell_ready, tell_status, log});
    loop.run();
    tell_stopping();
}

} // namespace k8s_node::approver
