// k8s-node-install point-kubeconfig: for ExecStartPre= and ExecStartPost= of kubelet.
#include "aides/point_kubeconfig.hpp"

#include <memory>

#include "command_line/options.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

void add_point_kubeconfig(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("point-kubeconfig", "Name the API server (for ExecStartPre=)");
    auto options = std::make_shared<PointOptions>();
    verb.argument("file", options->file, "Kubeconfig with one cluster, if it is there");
    verb.text("--server", options->server, "URL of the API server");
    verb.text("--tls-server-name", options->tls_server_name, "Name in the server's certificate");
    verb.runs_unrecorded(
        [options] {
            point_kubeconfig_file(*options);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
