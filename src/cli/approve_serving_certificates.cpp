// k8s-node-install approve-serving-certificates: for ExecStart= of kubelet-csr-approver.service.
#include <csignal>
#include <cstdio>
#include <memory>
#include <unistd.h>

#include "approver/approver.hpp"
#include "cli/options.hpp"
#include "journal/journal.hpp"
#include "journal/journal_sink.hpp"
#include "loop/signal_block.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"

namespace k8s_node::cli {

namespace {

struct ApproveOptions {
    std::string kubeconfig = "/etc/kubernetes/kubelet-csr-approver.conf";
    std::string api_server_certificate = "/etc/kubernetes/pki/apiserver.crt";
    std::string cluster_domain = "cluster.local";
    std::string networks;
};

/// Prints a line; the journal reads its priority off the "<4>" before it (sd-daemon(3)).
void print_line(Priority priority, const std::string& message) {
    if (is_journal_stream(STDERR_FILENO)) {
        std::fprintf(stderr, "<%d>", static_cast<int>(priority));
    }
    std::fprintf(stderr, "%s\n", printable_line("", message).c_str());
}

approver::Reserved reserved_by(const ApproveOptions& options) {
    const auto pem = read_file(options.api_server_certificate);
    auto certificates = parse_certificates(pem, options.api_server_certificate);
    return {std::move(certificates.front()), options.cluster_domain,
            options.networks.empty() ? std::vector<std::string>() : split(options.networks, ',')};
}

ExitStatus run_approver(const ApproveOptions& options) {
    const SignalBlock signals({SIGTERM, SIGINT}); // before libcurl's threads
    EventLoop loop;
    const auto end = [&loop] { loop.stop(); };
    const auto terminated = loop.on_signal(SIGTERM, end);
    const auto interrupted = loop.on_signal(SIGINT, end);
    loop.notify_watchdog();
    const approver::Approver approver(
        loop, read_kubeconfig(options.kubeconfig, Root()), reserved_by(options),
        {[] { tell_ready(); }, [](const std::string& status) { tell_status(status); }, print_line});
    loop.run();
    tell_stopping();
    return ExitStatus::success;
}

} // namespace

void add_approve_serving_certificates(Verb& parent, Context& /*context*/) {
    auto verb =
        parent.add("approve-serving-certificates", "Approve certificates of kubelets (a service)");
    auto options = std::make_shared<ApproveOptions>();
    verb.text("--kubeconfig", options->kubeconfig, "How to reach the API server, and as whom");
    verb.text("--api-server-certificate", options->api_server_certificate,
              "No node may have a name or address that this one has");
    verb.text("--cluster-domain", options->cluster_domain, "Domain of Services");
    verb.text("--cluster-networks", options->networks,
              "Networks of Services and pods, with commas between");
    verb.runs([options] { return run_approver(*options); }, Answers::only_text);
}

} // namespace k8s_node::cli
