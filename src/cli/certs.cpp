// k8s-node-install certs list|check|renew; see certs_rotate.cpp for the others
#include "upkeep/certs.hpp"

#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "engine/api_downtime.hpp"
#include "support/printable.hpp"
#include "support/text.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    RenewalRequest request;
    std::optional<std::chrono::days> within;
};

std::string end_text(const CertificateView& view) {
    return view.detail ? utc_text(view.detail->validity.not_after) : "-";
}

Json json_of(const CertificateView& view) {
    Json out = {{"name", view.name},
                {"file", view.path.string()},
                {"state", to_text(view.state)},
                {"reason", view.reason},
                {"renewedBy", to_text(view.renewer)},
                {"ca", view.is_authority},
                {"subject", ""},
                {"names", Json::array()},
                {"issuer", ""},
                {"keyId", ""},
                {"issuerKeyId", ""},
                {"from", ""},
                {"expires", ""}};
    if (view.detail) {
        out["subject"] = view.detail->subject;
        out["names"] = view.detail->names;
        out["issuer"] = view.detail->issuer;
        out["keyId"] = view.detail->key_id;
        out["issuerKeyId"] = view.detail->issuer_key_id;
        out["from"] = utc_text(view.detail->validity.not_before);
        out["expires"] = end_text(view);
    }
    return out;
}

Json json_of(const CertificateReport& report) {
    Json out = {{"certificates", Json::array()},
                {"findings", to_json(report.findings)},
                {"rotations", report.rotations}};
    for (const auto& view : report.certificates) {
        out["certificates"].push_back(json_of(view));
    }
    return out;
}

void print_list(const CertificateReport& report) {
    std::printf("%-52s %-14s %-21s %-17s %s\n", "CERTIFICATE", "STATE", "EXPIRES", "RENEWED BY",
                "SUBJECT, NAMES, ISSUER");
    for (const auto& view : report.certificates) {
        std::string whom;
        if (view.detail) {
            whom = view.detail->subject +
                   (view.detail->names.empty() ? "" : "; " + join(view.detail->names, ", ")) +
                   "; by " + view.detail->issuer;
        }
        std::printf("%-52s %-14s %-21s %-17s %s\n", printable(view.name).c_str(),
                    to_text(view.state), end_text(view).c_str(), to_text(view.renewer),
                    printable(whom).c_str());
    }
    for (const auto& note : report.rotations) {
        std::printf("%s\n", printable(note).c_str());
    }
}

ExitStatus run_list(const Context& context) {
    Terminal terminal(read_only_verbosity(context));
    const auto report = look_at_certificates(context.node, {}, {terminal, terminal});
    if (context.output == Output::json) {
        print_json(json_of(report));
    } else if (talks(context)) {
        print_list(report);
    }
    return ExitStatus::success;
}

ExitStatus run_check(const Context& context, const Options& options) {
    Terminal terminal(read_only_verbosity(context));
    const auto report = look_at_certificates(context.node, options.within, {terminal, terminal});
    if (context.output == Output::json) {
        print_json(json_of(report));
    } else if (talks(context)) {
        print_findings(report.findings);
        if (report.findings.empty()) {
            std::printf("All %zu certificates are in order.\n", report.certificates.size());
        }
    }
    return report.findings.empty() ? ExitStatus::success : ExitStatus::not_ready;
}

void print_result(const Context& context, const RenewalResult& result, bool dry_run) {
    if (context.output == Output::json) {
        auto out = Json::parse(plan_json(result.plan));
        out["renewed"] = !dry_run && !result.plan.empty();
        out["operatorsPart"] = to_json(result.operators_part);
        print_json(out);
        return;
    }
    if (!talks(context)) {
        return;
    }
    if (result.followed) {
        std::puts("This node follows the CAs of its cluster.");
    }
    if (result.plan.empty()) {
        std::puts("Nothing to renew.");
    } else if (!dry_run) {
        std::printf("Done: %zu certificates are new%s.\n", result.plan.of(ChangeKind::issue).size(),
                    result.api_outage ? ("; " + downtime_text(*result.api_outage)).c_str() : "");
    }
}

ExitStatus run_renew(const Context& context, const Options& options) {
    Terminal terminal(verbosity(context));
    const auto result = renew_certificates(
        context.node, options.request, {terminal, terminal}, [&](const Plan& plan) {
            if (talks(context)) {
                std::fputs(plan_text(plan, context.verbose).c_str(), stdout);
                std::fflush(stdout);
            }
        });
    print_result(context, result, options.request.dry_run);
    refuse_errors(result.operators_part, "some certificates must be renewed by an operator");
    const bool is_due = options.request.dry_run && !result.plan.empty();
    return is_due ? ExitStatus::changes : ExitStatus::success;
}

} // namespace

void add_certs(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto certs = parent.add("certs", "The certificates of this node and their renewal");
    auto list = certs.add("list", "List them, and who renews each");
    add_root_option(list, context);
    list.runs_unrecorded([&context] { return run_list(context); });
    auto check = certs.add("check", "Exit with 8 if one is wrong or about to expire");
    add_root_option(check, context);
    check.number(
        "--within", {0, 36500}, [options](auto days) { options->within = std::chrono::days(days); },
        "Complain about what expires within so many days");
    check.runs_unrecorded([&context, options] { return run_check(context, *options); });
    auto renew = certs.add("renew", "Renew those that are due, or these");
    renew.arguments("name", options->request.names, "Names from certs list, due or not");
    renew.flag("--all", options->request.all, "Renew all that can be, due or not");
    renew.excludes("--all", "name");
    renew.flag("--dry-run", options->request.dry_run, "Only print the plan; exits 4 if not empty");
    add_stability_option(renew, context);
    renew.runs([&context, options] { return run_renew(context, *options); });
    add_certs_rotate(certs, context);
}

} // namespace k8s_node::cli
