// k8s-node-install approve-serving-certificates: for ExecStart= of kubelet-csr-approver.service.
#include <memory>

#include "approver/service.hpp"
#include "cli/options.hpp"
#include "cli/service_log.hpp"

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
    verb.runs(
        [options] {
            run_service(*options, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
