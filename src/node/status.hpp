// What is installed and how it fares.
#pragma once

#include <chrono>

#include "apply/drift.hpp"
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
    std::string configuration;      ///< why it cannot be used; empty if it can
    bool healthy = false;           ///< every unit active and ready, node Ready, nothing damaged
};

/// Looks only. Reads configuration as install does, so that it knows what
/// certificates there should be; where that cannot be used, the generation
/// alone tells, without certificates. Throws Error.
[[nodiscard]] NodeStatus status(const NodeOptions& options, const Reporting& reporting);

} // namespace k8s_node
