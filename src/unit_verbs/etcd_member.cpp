// k8s-node-install etcd-member: for ExecStartPre= and ExecStartPost= of etcd.
#include "aides/etcd_member.hpp"

#include <cstdio>
#include <memory>

#include "command_line/options.hpp"
#include "support/text.hpp"
#include "systemd/notify.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

struct MemberOptions {
    EtcdMemberOptions member;
    std::string peers;       ///< with commas between
    std::string api_servers; ///< likewise
    std::string join = "true";
};

using Step = void (*)(const EtcdMemberOptions&, const EtcdMemberTell&);

std::vector<std::string> urls_in(const std::string& list) {
    std::vector<std::string> urls;
    for (const auto& url : split(list, ',')) {
        if (!trim(url).empty()) {
            urls.emplace_back(trim(url));
        }
    }
    return urls;
}

/// The output goes to the unit's journal: a line for every new reason.
ExitStatus run_step(const MemberOptions& options, Step step) {
    auto member = options.member;
    member.begins = options.join == "false";
    member.peers = urls_in(options.peers);
    member.api_servers = urls_in(options.api_servers);
    step(member, [](const std::string& message) {
        tell_status(message);
        std::printf("%s\n", message.c_str());
        std::fflush(stdout);
    });
    tell_status("");
    return ExitStatus::success;
}

void add_step(Verb& parent, const char* name, const char* what, Step step) {
    auto verb = parent.add(name, what);
    auto options = std::make_shared<MemberOptions>();
    auto& member = options->member;
    verb.argument("name", member.name, "Name of the member");
    verb.text("--peer-url", member.peer_url, "Its URL for other members");
    verb.text("--client-url", member.client_url, "Its URL for clients on other machines");
    verb.text("--endpoint", member.endpoint, "Its URL for clients here (https://127.0.0.1:2379)");
    verb.text("--data", member.data, "Its data directory (/var/lib/etcd)");
    verb.text("--environment", member.environment, "File to write for etcd's environment");
    verb.text("--note", member.note, "File to keep from one start to the next");
    verb.text("--join", options->join, "false: begin a cluster (true)");
    verb.text("--peers", options->peers, "Client URLs of members (the control planes')");
    verb.text("--kubeconfig", member.kubeconfig, "Identity to find these with");
    verb.text("--api-servers", options->api_servers, "API servers to ask (the kubeconfig's)");
    verb.text("--ca", member.ca, "CA of etcd");
    verb.text("--certificate", member.certificate, "Certificate of a client of etcd");
    verb.text("--key", member.key, "Its key");
    verb.seconds(
        "--lock-time", [options](auto time) { options->member.lock_time = time; },
        "Seconds until a dead machine's lock goes (60)");
    verb.runs_unrecorded([options, step] { return run_step(*options, step); }, Answers::only_text);
}

} // namespace

void add_etcd_member(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("etcd-member", "Enter a cluster of etcd (for etcd.service)");
    add_step(verb, "enter", "Add this machine as a learner (for ExecStartPre=)", enter_etcd);
    add_step(verb, "promote", "Wait until it has a vote (for ExecStartPost=)", promote_etcd);
}

} // namespace k8s_node::cli
