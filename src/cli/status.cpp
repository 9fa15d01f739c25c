// k8s-node-install status
#include "node/status.hpp"

#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "reports/health_report.hpp"
#include "support/printable.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string expiry_text(const CertificateStatus& certificate) {
    return certificate.not_after ? utc_text(*certificate.not_after) : "-";
}

std::string generation_text(const NodeStatus& status) {
    auto text = std::to_string(status.generation) + " (" + printable(status.outcome) + ")";
    if (status.pinned) {
        text += ", selected for this boot on the kernel command line; current is " +
                std::to_string(status.current);
    }
    return text;
}

std::string versions_text(const ComponentEntry& component) {
    std::string text;
    for (const auto& [name, version] : component.artifacts) {
        text += (text.empty() ? "" : ", ") + name + " " + version;
    }
    return text.empty() ? "-" : text;
}

void print_components(const NodeStatus& status) {
    if (status.components.empty()) {
        return;
    }
    std::printf("\n%-34s %s\n", "COMPONENT", "VERSION");
    for (const auto& component : status.components) {
        std::printf("%-34s %s\n", component.name.c_str(), versions_text(component).c_str());
    }
}

const char* ready_text(const UnitStatus& unit) {
    return !unit.ready ? "-" : *unit.ready ? "yes" : "no";
}

void print_units(const NodeStatus& status) {
    std::printf("\n%-34s %-22s %-5s  %s\n", "UNIT", "STATE", "READY", "RESTARTS");
    for (const auto& unit : status.units) {
        std::printf("%-34s %-22s %-5s  %u\n", unit.unit.c_str(), unit.state.c_str(),
                    ready_text(unit), unit.restarts);
    }
    for (const auto& unit : status.units) {
        if (!unit.reason.empty()) {
            std::printf("%s is not ready: %s\n", unit.unit.c_str(), printable(unit.reason).c_str());
        }
    }
}

void print_configuration(const NodeStatus& status) {
    if (!status.configuration.empty()) {
        std::printf("\nThe configuration cannot be used, so certificates were not checked:\n%s\n",
                    printable(status.configuration).c_str());
    }
}

void print_certificates(const NodeStatus& status) {
    if (status.certificates.empty()) {
        return;
    }
    std::printf("\n%-40s %-14s %s\n", "CERTIFICATE", "STATE", "EXPIRES");
    for (const auto& certificate : status.certificates) {
        std::printf("%-40s %-14s %s%s%s\n", certificate.name.c_str(), certificate.state.c_str(),
                    expiry_text(certificate).c_str(), certificate.reason.empty() ? "" : "  ",
                    printable(certificate.reason).c_str());
    }
}

void print_drift(const NodeStatus& status) {
    if (status.drift.empty()) {
        return;
    }
    std::puts("\nDRIFT");
    for (const auto& drift : status.drift) {
        std::printf("%s: %s%s\n", printable(drift.object).c_str(), printable(drift.what).c_str(),
                    drift.remedy == Remedy::install ? "" : " (not changed by install)");
    }
}

void print_notes(const NodeStatus& status) {
    for (const auto& note : status.notes) {
        std::printf("\nLeft alone: %s\n", printable(note).c_str());
    }
}

const char* verdict(Health health) {
    switch (health) {
    case Health::good:
        return "Healthy.";
    case Health::untried:
        return "No problems found; the start of pods was not tested.";
    case Health::unwell:
        break;
    }
    return "Not healthy.";
}

/// Returns null if the health is unknown.
Json health_json(Health health) {
    return health == Health::untried ? Json() : Json(health == Health::good);
}

/// Returns null on a node without a member of etcd, and for what is unknown.
Json etcd_json(const NodeStatus& status) {
    if (!status.etcd) {
        return {};
    }
    const auto& etcd = *status.etcd;
    const bool is_known = !etcd.members.empty();
    const auto count = count_voters(etcd);
    const auto number = [&](std::size_t value) { return is_known ? Json(value) : Json(); };
    Json out = {{"majority", is_known ? Json(etcd.has_leader) : Json()},
                {"reason", etcd.ignorance},
                {"voters", number(count.voters)},
                {"answering", number(count.answering)},
                {"needed", number(count.needed)},
                {"mayBeLost", number(etcd.has_leader ? count.may_be_lost : 0)},
                {"members", Json::array()},
                {"findings", to_json(status.etcd_findings)}};
    for (const auto& seen : etcd.members) {
        out["members"].push_back({{"name", seen.member.name},
                                  {"id", id_text(seen.member.id)},
                                  {"learner", seen.member.is_learner},
                                  {"answers", seen.answers},
                                  {"reason", seen.silence}});
    }
    return out;
}

void print_text(const NodeStatus& status, bool with_probes) {
    if (!status.installed) {
        std::puts("Nothing is installed: there is no current generation.");
        return;
    }
    std::printf("Node        %s%s%s\n", status.node_name.c_str(), status.node.empty() ? "" : ": ",
                printable(status.node).c_str());
    std::printf("Profile     %s\nKubernetes  %s\nGeneration  %s\n", status.profile.c_str(),
                status.release.c_str(), generation_text(status).c_str());
    if (!status.pods.empty()) {
        std::printf("Pods        %s\n", printable(status.pods).c_str());
    }
    if (status.etcd) {
        std::printf("Etcd        %s\n", printable(quorum_text(*status.etcd)).c_str());
    }
    print_findings(status.etcd_findings);
    print_findings(status.surroundings);
    print_components(status);
    print_units(status);
    if (with_probes) {
        print_probes(status);
    }
    print_certificates(status);
    print_drift(status);
    print_notes(status);
    print_configuration(status);
    std::printf("\n%s\n", verdict(status.health));
}

void print_status(const NodeStatus& status) {
    Json out = {
        {"installed", status.installed},
        {"healthy", health_json(status.health)},
        {"node",
         {{"name", status.node_name}, {"address", status.node_address}, {"state", status.node}}},
        {"profile", status.profile},
        {"release", status.release},
        {"generation", status.generation},
        {"current", status.current},
        {"outcome", status.outcome},
        {"pods", status.pods},
        {"etcd", etcd_json(status)},
        {"surroundings", to_json(status.surroundings)}};
    if (!status.configuration.empty()) {
        out["configuration"] = status.configuration;
    }
    out["components"] = Json::array();
    for (const auto& component : status.components) {
        out["components"].push_back(
            {{"component", component.name}, {"artifacts", component.artifacts}});
    }
    out["units"] = Json::array();
    for (const auto& unit : status.units) {
        out["units"].push_back({{"unit", unit.unit},
                                {"component", unit.component},
                                {"state", unit.state},
                                {"active", unit.active},
                                {"ready", unit.ready ? Json(*unit.ready) : Json()},
                                {"reason", unit.reason},
                                {"restarts", unit.restarts}});
    }
    out["certificates"] = Json::array();
    for (const auto& certificate : status.certificates) {
        out["certificates"].push_back({{"name", certificate.name},
                                       {"state", certificate.state},
                                       {"reason", certificate.reason},
                                       {"expires", expiry_text(certificate)}});
    }
    out["drift"] = Json::array();
    for (const auto& drift : status.drift) {
        out["drift"].push_back({{"object", drift.object},
                                {"what", drift.what},
                                {"repairedByInstall", drift.remedy == Remedy::install}});
    }
    out["notes"] = status.notes;
    out["probes"] = probes_json(status);
    print_json(out);
}

ExitStatus run_status(const Context& context, PodTrial trial, bool with_probes) {
    Terminal terminal(read_only_verbosity(context));
    const auto result = status(context.node, {terminal, terminal}, trial);
    if (context.output == Output::json) {
        print_status(result);
    } else if (talks(context)) {
        print_text(result, with_probes);
    }
    return result.health == Health::unwell ? ExitStatus::not_ready : ExitStatus::success;
}

} // namespace

void add_status(Verb& parent, Context& context) {
    auto no_pod = std::make_shared<bool>(false);
    auto verb = parent.add("status", "Show the state of the node; exits 8 if unhealthy");
    add_node_options(verb, context);
    auto health = std::make_shared<bool>(false);
    verb.flag("--health", *health, "Show the last liveness probe of each service, too");
    verb.flag("--no-pod", *no_pod, "Do not start a pod, so that health stays unknown");
    verb.runs_unrecorded([&context, no_pod, health] {
        return run_status(context, *no_pod ? PodTrial::no : PodTrial::yes, *health);
    });
}

} // namespace k8s_node::cli
