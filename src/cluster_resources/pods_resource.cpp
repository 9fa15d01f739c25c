#include "cluster_resources/pods_resource.hpp"

#include <unistd.h>

#include "cri/sandbox_start.hpp"
#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "host/reliance.hpp"
#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

host::OwnParts own_parts(const Generation& generation, const Root& root) {
    host::OwnParts own;
    for (const auto& entry : generation.manifest.units) {
        own.units.push_back(entry.name);
    }
    own.files = generation.manifest.host_files;
    if (::geteuid() == 0) { // only root may read the ledger
        const auto ledger = read_ledger(root);
        own.files.insert(own.files.end(), ledger.files.begin(), ledger.files.end());
    }
    return own;
}

std::vector<std::string> active_units(const std::vector<Conflict>& conflicts,
                                      const System& system) {
    std::vector<std::string> active;
    for (const auto& conflict : conflicts) {
        if (system.services != nullptr && system.services->unit_state(conflict.unit).is_active()) {
            active.push_back(conflict.unit);
        }
    }
    return active;
}

void tell_start(const cri::StartedSandbox& started, const std::string& node, const System& system) {
    report(system, Priority::info, "pods", node,
           "pods can start: a sandbox " +
               (started.address.empty() ? "" : "with the address " + started.address + " ") +
               "was started and removed within " + human_duration(started.took),
           message::pods_run);
}

class PodsKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "pod sandbox"; }

    void differ(Comparison& comparison, const System& system) const override {
        append(comparison.changes, check_pods(comparison.next, comparison.changes, system));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::start_pod;
    }

    void apply(const std::vector<Change>& /*changes*/, Application& application,
               System& system) const override {
        apply_pods(application.next, system);
    }
};

} // namespace

const ResourceKind& pods_kind() {
    static const PodsKind kind;
    return kind;
}

Reliance reliance_of(const Generation& generation) {
    const auto found = generation.files.find("reliance.json");
    return found == generation.files.end() ? Reliance{}
                                           : parse_reliance(found->second, found->first);
}

Findings check_surroundings(const Generation& generation, const System& system) {
    const auto reliance = reliance_of(generation);
    return host::check_reliance(reliance, own_parts(generation, system.root),
                                active_units(reliance.conflicts, system), system.root);
}

std::vector<Change> check_pods(const Generation& next, const std::vector<Change>& others,
                               const System& system) {
    if (system.services == nullptr || reliance_of(next).sandbox.socket.empty()) {
        return {};
    }
    const auto number = current_generation_number(system.root);
    const bool seen = number && outcome_of(system.root, *number) == GenerationOutcome::good;
    if (others.empty() && seen) {
        return {};
    }
    return {{ChangeKind::start_pod,
             "pod sandbox",
             others.empty() ? "no run has tested the start of pods yet" : "the node changes",
             {}}};
}

void apply_pods(const Generation& next, System& system) {
    const auto& manifest = next.manifest;
    try {
        const auto started = cri::start_sandbox(
            reliance_of(next).sandbox, manifest.cluster.pod_cidr, system.run.runtime_patience,
            system.loop, [&](const std::string& what) {
                report(system, Priority::info, "pods", manifest.node_name, what);
            });
        tell_start(started, manifest.node_name, system);
    } catch (Error& error) {
        for (const auto& finding : check_surroundings(next, system)) {
            error.with_detail(finding.text());
        }
        throw;
    }
}

} // namespace k8s_node
