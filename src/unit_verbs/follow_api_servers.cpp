// k8s-node-install follow-api-servers: for ExecStart= of kube-apiserver-endpoints.service.
#include <memory>

#include "command_line/options.hpp"
#include "endpoints/service.hpp"
#include "terminal/service_log.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

void add_follow_api_servers(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("follow-api-servers", "Keep the local load balancer right (a service)");
    auto options = std::make_shared<endpoints::ServiceOptions>();
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.text("--socket", options->socket, "Runtime interface of haproxy");
    verb.text("--list", options->list, "Keeps the last known API servers");
    verb.text("--first", options->first, "URLs of API servers before any is known, with commas");
    verb.runs_unrecorded(
        [options] {
            run_service(*options, print_line);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
