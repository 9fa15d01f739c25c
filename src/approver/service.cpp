#include "approver/service.hpp"

#include <memory>

#include "approver/approver.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"
#include "watch/daemon.hpp"

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
    watch::run_daemon([&](EventLoop& loop) {
        return std::make_shared<Approver>(loop, read_kubeconfig(options.kubeconfig, Root()),
                                          reserved_by(options),
                                          Approver::Observer{tell_ready, tell_status, log});
    });
}

} // namespace k8s_node::approver
