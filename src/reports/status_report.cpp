#include "reports/status_report.hpp"

#include <cstdio>

#include "reports/health_report.hpp"
#include "support/printable.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

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
        text.append(text.empty() ? "" : ", ").append(name).append(" ").append(version);
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

} // namespace

void print_status(const NodeStatus& status, bool with_probes) {
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

} // namespace k8s_node::cli
