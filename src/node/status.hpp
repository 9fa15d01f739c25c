// What is installed and how it fares.
#pragma once

#include <chrono>

#include "apply/drift.hpp"
#include "model/finding.hpp"
#include "node/options.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct UnitStatus {
    std::string unit;
    std::string component;
    std::string state; ///< "active (running)"
    unsigned restarts = 0;
    bool active = false;
    std::optional<bool> ready{}; ///< whether its probe is answered now; nullopt without one
    std::string reason{};        ///< why it is not ready
};

struct CertificateStatus {
    std::string name;
    std::string state; ///< "good", "needs renewal", …
    std::string reason;
    std::optional<std::chrono::sys_seconds> not_after;
};

/// `good`: every unit active and ready, node Ready, nothing damaged, and a pod
/// starts; `untried`: the same, but nobody knows of pods.
enum class Health { good, untried, unwell };

struct NodeStatus {
    bool installed = false;
    int generation = 0;        ///< that runs
    std::optional<int> pinned; ///< chosen on the kernel command line for this boot
    int current = 0;           ///< that the next boot without it runs
    std::string outcome;       ///< "good", "failed: …"
    std::string profile;
    std::string release;
    std::string node_name;
    std::vector<ComponentEntry> components; ///< none if an older program made the generation
    std::vector<UnitStatus> units;
    std::vector<CertificateStatus> certificates;
    std::vector<Drift> drift;       ///< what is not as the generation has it
    std::vector<std::string> notes; ///< what an operator has changed in systemd's own way
    std::string node;               ///< "Ready", or why not; empty without a kubelet
    std::string pods;               ///< "start", or why not; empty on a node that starts none
    Findings surroundings;          ///< what is wrong outside of the node's files that pods need
    std::string configuration;      ///< why it cannot be used; empty if it can
    Health health = Health::unwell;
};

/// Whether to start a pod's sandbox, which only root can, to see that pods run.
enum class PodTrial { yes, no };

/// Reads configuration as install does, so that it knows what certificates
/// there should be; where that cannot be used, the generation alone tells,
/// without certificates. Changes nothing; the trial leaves nothing. Throws Error.
[[nodiscard]] NodeStatus status(const NodeOptions& options, const Reporting& reporting,
                                PodTrial trial);

} // namespace k8s_node
