// k8s-node-install etcd recover, etcd snapshot restore
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "support/printable.hpp"
#include "support/text.hpp"
#include "terminal/answer.hpp"
#include "terminal/confirm.hpp"
#include "upkeep/etcd_recover.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string snapshot;
    bool yes = false;
    bool dry_run = false;
};

void print_source(const RecoveryOutlook& outlook) {
    const auto& file = outlook.state.snapshot;
    if (file.empty()) {
        std::printf("  from      the data of this machine, %s\n"
                    "  lost      what other members had stored and this one had not: normally the "
                    "last writes at most\n",
                    outlook.data.c_str());
        return;
    }
    std::printf("  from      the snapshot %s (revision %lld, %s, written %s)\n"
                "  lost      everything that was written since\n",
                printable(file).c_str(), static_cast<long long>(outlook.snapshot.revision),
                human_bytes(outlook.snapshot.bytes).c_str(), outlook.saved_at.c_str());
}

void print_outlook(const RecoveryOutlook& outlook) {
    std::printf("etcd will be a cluster of one member, %s:\n", outlook.member.c_str());
    print_source(outlook);
    if (outlook.state.dropped.empty()) {
        std::puts("  dropped   no other member is known");
    }
    for (const auto& each : outlook.state.dropped) {
        std::printf("  dropped   %s\n", printable(each.text).c_str());
    }
    std::printf("  kept      a copy of the data of this machine as they are, in %s\n",
                outlook.state.copy.c_str());
    std::puts("  stopped   etcd and what uses it on this machine, until it is done; pods run on");
    print_findings(outlook.findings);
    std::puts("A member that does not answer from here may still run where others reach it. Do "
              "this only if\nthe other members are gone for good, or etcd is stopped on their "
              "machines.");
}

void print_what_is_left(const RecoveryOutlook& outlook) {
    if (outlook.state.dropped.empty()) {
        return;
    }
    std::puts("The others are no members any more. On each of their machines that still exists:\n"
              "    k8s-node-install reset --yes");
    if (outlook.has_api_server) {
        std::puts("and then let it join anew, with what this prints here:\n"
                  "    k8s-node-install token create --profile master\n"
                  "For one that is gone for good, here: k8s-node-install node remove NAME");
    } else {
        std::puts("and then install it anew, with etcd.join and this machine in etcd.peers.");
    }
}

void print_result(const RecoveryResult& result) {
    if (result.declined) {
        std::puts("Nothing was done.");
        return;
    }
    std::printf("Done: etcd is a cluster of one member, %s, and this node works.\n",
                member_text(result.member).c_str());
    std::printf("The data as they were are in %s, until you remove it.\n",
                result.outlook.state.copy.c_str());
    print_what_is_left(result.outlook);
}

Json json_of(const RecoveryOutlook& outlook) {
    Json out = {{"member", outlook.member},   {"snapshot", outlook.state.snapshot},
                {"copy", outlook.state.copy}, {"continues", outlook.continues},
                {"dropped", Json::array()},   {"findings", to_json(outlook.findings)}};
    for (const auto& each : outlook.state.dropped) {
        out["dropped"].push_back(
            {{"id", each.id == 0 ? "" : id_text(each.id)}, {"member", each.text}});
    }
    return out;
}

bool asks(const Context& context, const Options& options, const RecoveryOutlook& outlook) {
    if (talks(context)) {
        print_outlook(outlook);
        std::fflush(stdout);
    }
    return options.yes || confirmed("The other members will be dropped for good.",
                                    "a recovery drops the other members of etcd");
}

ExitStatus run_recover(const Context& context, const Options& options) {
    Terminal terminal(verbosity(context));
    const Reporting reporting{terminal, terminal};
    if (options.dry_run) {
        const auto outlook = plan_recovery(context.node, options.snapshot, reporting);
        if (context.output == Output::json) {
            print_json(json_of(outlook));
        } else {
            print_outlook(outlook);
        }
        return ExitStatus::success;
    }
    const auto result = recover_etcd(
        context.node, options.snapshot, reporting,
        [&](const RecoveryOutlook& outlook) { return asks(context, options, outlook); });
    if (context.output == Output::json) {
        auto out = json_of(result.outlook);
        out["recovered"] = !result.declined;
        print_json(out);
    } else if (talks(context)) {
        print_result(result);
    }
    return ExitStatus::success;
}

void add_recovery(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
    verb.flag("--dry-run", options->dry_run, "Only show what would be done");
    verb.flag("--yes,-y", options->yes, "Do not ask; required without a terminal");
    verb.texts("--ignore-preflight", context.node.ignored_checks,
               "Turn this check into a warning; repeatable");
    verb.runs([&context, options] { return run_recover(context, *options); });
}

} // namespace

void add_etcd(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto etcd = parent.add("etcd", "Manage this machine's member of etcd");
    auto recover = etcd.add("recover", "Make it the only member, if most are lost for good");
    recover.text("--snapshot", options->snapshot, "Go back to this snapshot");
    add_recovery(recover, context, options);
    auto snapshot = etcd.add("snapshot", "Snapshots of etcd");
    auto restore = snapshot.add("restore", "Go back to one, as the only member of etcd");
    restore.argument("file", options->snapshot, "The snapshot");
    add_recovery(restore, context, options);
    add_etcd_upkeep(etcd, snapshot, context);
}

} // namespace k8s_node::cli
