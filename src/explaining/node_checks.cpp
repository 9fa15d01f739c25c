#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>

#include "etcd/quorum.hpp"
#include "explaining/patient.hpp"
#include "generations/generation_records.hpp"
#include "generations/pending.hpp"
#include "host/checks.hpp"
#include "node/status.hpp"
#include "rotation/rotation_state.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using doctor::Answer;
using doctor::Check;

constexpr unsigned many_restarts = 5;

std::optional<Finding> fault_of(const UnitStatus& unit) {
    const auto name = "Unit-" + unit.unit;
    const auto see = "see: journalctl -b -u " + unit.unit;
    if (!unit.active) {
        return Finding{name, Severity::error, unit.unit + " does not run: " + unit.state,
                       "run k8s-node-install, which starts it; " + see};
    }
    if (!unit.ready.value_or(true)) {
        return Finding{name, Severity::error,
                       unit.unit + " runs, but does not work: " + unit.reason, see};
    }
    if (unit.restarts >= many_restarts) {
        return Finding{name, Severity::warning,
                       fmt::format("systemd had to restart {} {} times", unit.unit, unit.restarts),
                       see};
    }
    return std::nullopt;
}

Answer look_at_units(const Patient& patient, const System& system) {
    Answer answer;
    const auto units = unit_statuses(patient.current, system);
    for (const auto& unit : units) {
        if (::geteuid() != 0 && unit.reason.find("ermission denied") != std::string::npos) {
            answer.unseen.push_back({"Unit-" + unit.unit, "its probe: " + unit.reason});
        } else if (auto fault = fault_of(unit)) {
            answer.findings.push_back(*std::move(fault));
        }
    }
    answer.seen = {{"Unit", fmt::format("{} units run and answer", units.size())}};
    return answer;
}

Finding fault_of(const CertificateStatus& certificate) {
    const bool is_valid = certificate.not_after && *certificate.not_after > utc_now();
    const bool is_early = is_valid && certificate.state == to_text(PkiState::needs_renewal) &&
                          certificate.reason.starts_with("expires");
    const bool is_broken = certificate.state == to_text(PkiState::broken);
    return {"Certificate-" + host::path_in_name(certificate.name),
            is_early ? Severity::warning : Severity::error,
            certificate.name + ": " + certificate.state +
                (certificate.reason.empty() ? "" : ", " + certificate.reason),
            is_broken ? "k8s-node-install plan tells what is in the way"
                      : "run k8s-node-install, which issues it anew and restarts what uses it"};
}

Answer look_at_certificates(const Patient& patient, const System& system) {
    const std::string name = "Certificate";
    if (!patient.desired) {
        return {{},
                {},
                {{name, "the configuration cannot be used, so which ones there should be "
                        "is not known"}}};
    }
    NodeStatus part;
    add_certificates(part, system.pki, system.root);
    Answer answer;
    std::optional<std::chrono::sys_seconds> first;
    for (const auto& each : part.certificates) {
        if (each.state == "unknown") {
            answer.unseen.push_back({name + "-" + host::path_in_name(each.name), each.reason});
        } else if (each.state != "good" && each.state != "kept") {
            answer.findings.push_back(fault_of(each));
        }
        if (each.not_after) {
            first = std::min(first.value_or(*each.not_after), *each.not_after);
        }
    }
    answer.seen = {{name, fmt::format("{} are valid{}", part.certificates.size(),
                                      first ? "; the first expires at " + utc_text(*first) : "")}};
    return answer;
}

Finding fault_of(const Drift& drift) {
    const bool is_mended = drift.remedy == Remedy::install;
    return {"Drift-" + host::path_in_name(drift.object),
            is_mended ? Severity::error : Severity::warning, drift.object + " " + drift.what,
            is_mended ? "run k8s-node-install, which mends it; k8s-node-install plan -v shows how"
                      : "no install changes it: take back what was done, or configure it in "
                        "node.yaml"};
}

Finding fault_of_note(const std::string& note) {
    return {
        "Override-" + note.substr(0, note.find(' ')), Severity::warning, note,
        "an install leaves it alone; write it as 'override' in node.yaml to have it in the plan, "
        "or remove it and run systemctl daemon-reload"};
}

Answer look_for_drift(const Patient& patient, const System& system) {
    NodeStatus part;
    add_drift(part, patient.current, *patient.number, system);
    Answer answer;
    for (const auto& drift : part.drift) {
        answer.findings.push_back(fault_of(drift));
    }
    for (const auto& note : part.notes) {
        answer.findings.push_back(fault_of_note(note));
    }
    if (!part.node.empty() && part.node != "Ready") {
        answer.findings.push_back(
            {"Node", Severity::error, "the Node object " + part.node,
             "see: kubectl describe node " + patient.current.manifest.node_name});
    }
    answer.seen = {{"Drift", fmt::format("everything is as generation {} has it", *patient.number)},
                   {"Override", "nobody overrides a unit or a kernel parameter"},
                   {"Node", part.node.empty() ? "there is no kubelet" : part.node}};
    return answer;
}

Answer look_at_etcd(const Patient& patient, const System& system) {
    const std::string name = "EtcdMajority";
    NodeStatus part;
    add_etcd(part, patient.current, system);
    if (!part.etcd) {
        return {{}, {{name, "this node has no member of etcd"}}, {}};
    }
    if (::geteuid() != 0) {
        return {{}, {}, {{name, part.etcd->ignorance}}};
    }
    return {std::move(part.etcd_findings), {{name, quorum_text(*part.etcd)}}, {}};
}

Answer look_at_pods(const Patient& patient, const System& system) {
    const std::string name = "Pods";
    NodeStatus part;
    add_pods(part, patient.current, system, PodTrial::no);
    if (may_start_pods(part)) {
        return {
            {},
            {{name, part.pods.empty() ? "this node runs no pods"
                                      : "the runtime says that it is ready; status starts one"}},
            {}};
    }
    if (::geteuid() != 0) {
        return {{}, {}, {{name, part.pods}}};
    }
    return {{{name, Severity::error, "no pod can start: " + part.pods,
              "see: journalctl -b -u containerd; k8s-node-install status starts a pod"}}};
}

Answer look_at_generation(const Patient& patient) {
    const std::string name = "Generation";
    const auto number = *patient.number;
    const auto record = known_record(patient.options.root, number);
    if (!record) {
        return {{}, {}, {{name, fmt::format("there is no record of generation {}", number)}}};
    }
    if (record->outcome == GenerationOutcome::failed) {
        return {
            {{name, Severity::error,
              fmt::format("generation {} is current and has failed: {}", number, record->reason),
              "run k8s-node-install rollback, or correct the cause and run k8s-node-install"}}};
    }
    if (record->outcome == GenerationOutcome::fresh) {
        return {{{name, Severity::warning,
                  fmt::format("no run has seen generation {} working yet", number),
                  "run k8s-node-install, which finishes what was interrupted"}}};
    }
    return {{}, {{name, fmt::format("{}, good", number)}}, {}};
}

Answer look_for_pending(const Patient& patient) {
    const std::string name = "PendingWork";
    const auto pending = read_pending(patient.options.root);
    if (!pending.empty()) {
        return {{{name, Severity::warning,
                  "a run was interrupted and has left to do: " +
                      join(std::vector(pending.begin(), pending.end()), ", "),
                  "run k8s-node-install, which finishes it"}}};
    }
    return {{}, {{name, "no run was interrupted"}}, {}};
}

Answer look_at_rotations(const Patient& patient) {
    const auto rotations = read_rotations(patient.options.root);
    return {find_stalled(rotations, utc_now()),
            {{"KeyRotation", rotations.empty() ? "no key is being replaced"
                                               : "keys are being replaced, which goes on"}},
            {}};
}

} // namespace

std::vector<Check> node_checks(const Patient& patient, const System& system) {
    if (!patient.number) {
        return {};
    }
    std::vector<Check> checks = {
        {{"Generation"}, [&] { return look_at_generation(patient); }},
        {{"PendingWork"}, [&] { return look_for_pending(patient); }},
        {{"KeyRotation"}, [&] { return look_at_rotations(patient); }},
        {{"Certificate"}, [&] { return look_at_certificates(patient, system); }},
        {{"Drift", "Override", "Node"}, [&] { return look_for_drift(patient, system); }}};
    if (system.services != nullptr) {
        checks.push_back({{"Unit"}, [&] { return look_at_units(patient, system); }});
        checks.push_back({{"EtcdMajority"}, [&] { return look_at_etcd(patient, system); }});
        checks.push_back({{"Pods"}, [&] { return look_at_pods(patient, system); }});
    }
    return checks;
}

} // namespace k8s_node
