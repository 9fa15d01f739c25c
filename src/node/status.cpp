#include "node/status.hpp"

#include <algorithm>
#include <list>
#include <memory>
#include <unistd.h>

#include "cluster_resources/pods_resource.hpp"
#include "cri/sandbox_start.hpp"
#include "engine/drift.hpp"
#include "etcd/quorum_look.hpp"
#include "etcd/space.hpp"
#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "health/async_prober.hpp"
#include "loop/background.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "recovery/recovery_state.hpp"
#include "rotation/rotation_state.hpp"
#include "support/files.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

constexpr std::chrono::seconds patience{2}; ///< with a service that is probed
constexpr const char* pods_start = "start";
constexpr const char* pods_untried = "not tried";
constexpr const char* node_ready = "Ready";

UnitStatus unit_status(const std::string& unit, const std::string& component,
                       ServiceManager* services) {
    UnitStatus status{unit, component, "systemd is not running here"};
    if (services != nullptr) {
        const auto state = services->unit_state(unit);
        status.state = state.is_loaded() ? state.active + " (" + state.sub + ")" : state.load;
        status.restarts = state.restarts;
        status.active = state.is_active();
    }
    return status;
}

/// Probes units as their starts do, since that they were ready then says nothing about now; all at
/// once, which takes as long as the slowest answer.
void probe_now(std::vector<UnitStatus>& units, const Generation& current, EventLoop& loop) {
    std::list<Background> probes;
    for (std::size_t i = 0; i < units.size(); ++i) {
        auto& unit = units[i];
        const auto& probe = current.manifest.units[i].ready;
        if (probe && unit.active) {
            probes.emplace_back(loop, [&unit, &probe, &loop] {
                auto answer = attempt(*make_async_prober(*probe, loop), patience, loop);
                unit.ready = answer.ok;
                unit.reason = std::move(answer.reason);
            });
        } else if (probe) {
            unit.ready = false;
            unit.reason = "it is not running";
        }
    }
    for (auto& each : probes) {
        each.finish();
    }
}

} // namespace

std::vector<UnitStatus> unit_statuses(const Generation& current, const System& system) {
    auto* const services = system.services;
    std::vector<UnitStatus> out;
    for (const auto& entry : current.manifest.units) {
        out.push_back(unit_status(entry.name, entry.component, services));
    }
    if (services != nullptr) {
        probe_now(out, current, system.loop);
    }
    out.push_back(unit_status("k8s-node.target", "", services));
    return out;
}

namespace {

bool is_healthy(const NodeStatus& status) {
    bool healthy = status.configuration.empty() && status.drift.empty() &&
                   (status.node.empty() || status.node == node_ready);
    for (const auto& unit : status.units) {
        healthy = healthy && unit.active && unit.ready.value_or(true);
    }
    for (const auto& certificate : status.certificates) {
        healthy = healthy && (certificate.state == "good" || certificate.state == "kept");
    }
    const auto is_error = [](const Finding& finding) {
        return finding.severity == Severity::error;
    };
    return healthy && std::ranges::none_of(status.surroundings, is_error) &&
           std::ranges::none_of(status.etcd_findings, is_error);
}

/// Returns "start", or why pods cannot start, as far as was tested.
std::string pods_text(const SandboxStart& how, const std::string& pod_cidr, PodTrial trial,
                      EventLoop& loop) {
    try {
        if (trial == PodTrial::yes) {
            static_cast<void>(
                cri::start_sandbox(how, pod_cidr, {}, loop, [](const std::string&) {}));
            return pods_start;
        }
        const auto complaint = cri::runtime_complaint(how, loop);
        return complaint.empty() ? pods_untried : complaint;
    } catch (const Error& error) {
        return error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")");
    }
}

} // namespace

void add_pods(NodeStatus& out, const Generation& current, const System& system, PodTrial trial) {
    if (!system.root.is_host()) {
        return; // it is for another machine
    }
    out.surroundings = check_surroundings(current, system);
    const auto how = reliance_of(current).sandbox;
    if (how.socket.empty()) {
        return;
    }
    out.pods = ::geteuid() != 0
                   ? "unknown: only root may ask the container runtime"
                   : pods_text(how, current.manifest.cluster.pod_cidr, trial, system.loop);
}

void add_etcd(NodeStatus& out, const Generation& current, const System& system) {
    const auto& etcd = current.manifest.provided.etcd;
    if (!etcd || !system.root.is_host()) {
        return;
    }
    out.etcd = ::geteuid() != 0 ? Quorum{{}, "only root may ask etcd"}
                                : look_at_own_quorum(*etcd, system.root, system.loop);
    out.etcd_findings = explain_quorum(*out.etcd);
    if (::geteuid() == 0) {
        append(out.etcd_findings, look_at_own_space(*etcd, system.root, system.loop));
        if (const auto recovery = interrupted_recovery(system.root)) {
            out.etcd_findings.push_back(*recovery);
        }
    }
}

namespace {

void append_probes(NodeStatus& out, const Root& root) {
    if (root.is_host()) {
        const auto path = root.at(liveness::paths::report);
        out.probes = liveness::parse_report(read_file_if_exists(path).value_or(""));
    }
}

Health health_of(const NodeStatus& status) {
    if (!is_healthy(status) || !may_start_pods(status)) {
        return Health::unwell;
    }
    return status.pods == pods_untried ? Health::untried : Health::good;
}

std::string outcome_text(const Root& root, int number) {
    const auto record = known_record(root, number);
    if (!record) {
        return "unknown";
    }
    return to_text(record->outcome) + (record->reason.empty() ? "" : ": " + record->reason);
}

/// Returns the configured spec; sets `why` if there is none.
NodeSpec spec_or_reason(const NodeOptions& options, std::string& why) {
    try {
        return load_desired(options).spec;
    } catch (const Error& error) {
        why = error.message();
        return {};
    }
}

} // namespace

// The state of a key that we may not read is unknown.
void add_certificates(NodeStatus& out, const Pki& pki, const Root& root) {
    for (const auto& item : pki.observe()) {
        const bool hidden = is_hidden(item, root);
        out.certificates.push_back({item.name, hidden ? "unknown" : to_text(item.state),
                                    hidden ? "only root may read it" : item.reason,
                                    item.not_after});
    }
}

namespace {

/// True for what a part of the status of its own tells: units, certificates and pods.
bool is_told_elsewhere(ChangeKind mended_by) {
    return mended_by == ChangeKind::issue || mended_by == ChangeKind::start_unit ||
           mended_by == ChangeKind::start_pod;
}

/// A key that is being replaced is no drift, and to be finished.
void add_rotations(NodeStatus& out, const Root& root) {
    if (::geteuid() != 0) {
        return; // only root may know
    }
    try {
        for (auto& note : rotation_notes(root)) {
            out.notes.push_back(std::move(note));
        }
    } catch (const Error& error) {
        out.notes.push_back(error.message());
    }
}

/// True if the Node object is not as the node wants to be: not Ready, or without pods.
bool is_state_of_node(ChangeKind mended_by) {
    return mended_by == ChangeKind::wait_node || mended_by == ChangeKind::uncordon;
}

} // namespace

// An operator's drop-ins are reported, but are no fault. The labels of the Node object are drift;
// that it is not Ready, or takes no pods, is its state.
void add_drift(NodeStatus& out, const Generation& current, int number, const System& system) {
    out.node = current.manifest.cluster.node_kubeconfig.empty() ? "" : node_ready;
    for (auto& each : find_drift(current, number, system)) {
        if (each.remedy == Remedy::none) {
            out.notes.push_back(each.object + " " + each.what);
        } else if (each.mended_by && is_state_of_node(*each.mended_by)) {
            out.node = out.node == node_ready ? each.what : out.node;
        } else if (!each.mended_by || !is_told_elsewhere(*each.mended_by)) {
            out.drift.push_back(std::move(each));
        }
    }
}

bool may_start_pods(const NodeStatus& status) {
    return status.pods.empty() || status.pods == pods_start || status.pods == pods_untried;
}

NodeStatus status(const NodeOptions& options, const Reporting& reporting, PodTrial trial) {
    NodeStatus out;
    const auto number = current_generation_number(options.root);
    if (!number) {
        return out;
    }
    const auto spec = spec_or_reason(options, out.configuration);
    EventLoop loop(interrupt_token());
    const auto services = open_services(options.root, Services::looked_at, loop);
    const auto system = make_system(options, spec, services.get(), loop, reporting, "status");
    out.installed = true;
    out.current = *number;
    out.pinned = pinned_generation(options.root);
    out.generation = out.pinned.value_or(*number);
    out.outcome = outcome_text(options.root, out.generation);
    const auto current = read_damaged_generation(options.root, out.generation);
    out.profile = current.manifest.profile;
    out.release = current.manifest.release;
    out.node_name = current.manifest.node_name;
    out.node_address = current.manifest.node_address;
    out.components = current.manifest.components;
    out.units = unit_statuses(current, system);
    add_certificates(out, system.pki, options.root);
    add_drift(out, current, out.generation, system);
    add_rotations(out, options.root);
    add_etcd(out, current, system);
    add_pods(out, current, system, trial);
    append_probes(out, options.root);
    out.health = health_of(out);
    return out;
}

} // namespace k8s_node
