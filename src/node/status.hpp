// The state of the installed node.
#pragma once

#include <chrono>

#include "configuration/options.hpp"
#include "etcd/quorum.hpp"
#include "liveness/report.hpp"
#include "model/finding.hpp"
#include "node/verbs.hpp"
#include "resources/resource_kind.hpp"

namespace k8s_node {

struct UnitStatus {
    std::string unit;
    std::string component;
    std::string state; ///< "active (running)"
    unsigned restarts = 0;
    bool active = false;
    std::optional<bool> ready{}; ///< if its probe succeeds now; nullopt without one
    std::string reason{};        ///< why it is not ready
};

struct CertificateStatus {
    std::string name;
    std::string state; ///< "good", "needs renewal", …
    std::string reason;
    std::optional<std::chrono::sys_seconds> not_after;
};

/// `good`: every unit active and ready, node Ready, nothing damaged, and a pod starts; `untried`:
/// the same, but the start of a pod was not tested.
enum class Health { good, untried, unwell };

struct NodeStatus {
    bool installed = false;
    int generation = 0;        ///< the one that runs
    std::optional<int> pinned; ///< selected on the kernel command line for this boot
    int current = 0;           ///< the one that the next boot without it runs
    std::string outcome;       ///< "good", "failed: …"
    std::string profile;
    std::string release;
    std::string node_name;
    std::string node_address;               ///< empty if an older program made the generation
    std::vector<ComponentEntry> components; ///< empty if an older program made the generation
    std::vector<UnitStatus> units;
    std::vector<CertificateStatus> certificates;
    std::vector<Drift> drift;        ///< what differs from the generation
    std::vector<std::string> notes;  ///< drop-ins of an operator
    std::string node;                ///< "Ready", or why not; empty without a kubelet
    std::string pods;                ///< "start", or why not; empty on a node without pods
    std::optional<Quorum> etcd;      ///< nullopt on a node without a member of it
    Findings etcd_findings;          ///< what to know about its majority
    Findings surroundings;           ///< problems outside of the node's files with what pods need
    liveness::Judge::Records probes; ///< what k8s-node-watch.service knows; empty without it
    std::string configuration;       ///< why it cannot be used; empty if it can
    Health health = Health::unwell;
};

/// `yes`: start a pod sandbox, which only root can, to test that pods can start.
enum class PodTrial { yes, no };

/// Reads the configuration like install, to know which certificates there should be; if it cannot
/// be used, reports what the generation tells, without certificates. Changes nothing; the trial
/// leaves nothing behind. Throws Error.
[[nodiscard]] NodeStatus status(const NodeOptions& options, const Reporting& reporting,
                                PodTrial trial);

// The parts of a status, which doctor asks for one by one. Those that take a status fill in what
// their names say.

/// Returns the states of all units, and what their probes say now.
[[nodiscard]] std::vector<UnitStatus> unit_statuses(const Generation& current,
                                                    const System& system);
void add_certificates(NodeStatus& out, const Pki& pki, const Root& root);
/// Fills in drift, notes, and the state of the Node object. `number` is that of `current`.
void add_drift(NodeStatus& out, const Generation& current, int number, const System& system);
void add_etcd(NodeStatus& out, const Generation& current, const System& system);
/// Fills in `surroundings` too.
void add_pods(NodeStatus& out, const Generation& current, const System& system, PodTrial trial);
/// True if the state of pods is "start", "not tried", or empty.
[[nodiscard]] bool may_start_pods(const NodeStatus& status);

} // namespace k8s_node
