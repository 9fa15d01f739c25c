// k8s-node-install approve-serving-certificates and keep-dns-endpoints: for ExecStart= of
// kubelet-csr-approver.service and coredns-endpoints.service.
#include <cstdio>
#include <memory>

#include "approver/service.hpp"
#include "command_line/options.hpp"
#include "dns_endpoints/service.hpp"
#include "terminal/service_log.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

void add_approve_serving_certificates(Verb& parent, Context& /*context*/) {
    auto verb =
        parent.add("approve-serving-certificates", "Approve certificates of kubelets (a service)");
    auto options = std::make_shared<approver::ServiceOptions>();
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.text("--api-server-certificate", options->api_server_certificate,
              "No node may have a name or address that this one has");
    verb.text("--cluster-domain", options->cluster_domain, "Domain of Services");
    verb.text("--cluster-networks", options->cluster_networks,
              "Networks of Services and pods, with commas between");
    verb.runs_unrecorded(
        [options] {
            run_service(*options, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

void add_keep_dns_endpoints(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("keep-dns-endpoints", "Keep the cluster's DNS servers true (a service)");
    auto options = std::make_shared<dns_endpoints::ServiceOptions>();
    auto& own = options->own;
    constexpr Range ports{1, 65535};
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.text("--node", own.node, "Name of this control plane");
    verb.text("--address", own.address, "Address of its DNS server");
    verb.number(
        "--port", ports, [&own](auto port) { own.port = static_cast<int>(port); },
        "Port of its DNS server (53)");
    verb.text("--has-kubelet", options->has_kubelet, "false: it has no Node object");
    verb.runs_unrecorded(
        [options] {
            run_service(*options, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
