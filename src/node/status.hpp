// What is installed and how it fares.
#pragma once

#include <chrono>

#include "node/options.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct UnitStatus {
    std::string unit;
    std::string component;
    std::string state; ///< "active (running)"
    unsigned restarts = 0;
    bool active = false;
};

struct CertificateStatus {
    std::string name;
    std::string state; ///< "good", "needs renewal", …
    std::string reason;
    std::optional<std::chrono::sys_seconds> not_after;
};

struct NodeStatus {
    bool installed = false;
    int generation = 0;
    std::string profile;
    std::string release;
    std::string node_name;
    std::vector<UnitStatus> units;
    std::vector<CertificateStatus> certificates;
    std::vector<std::string> store_problems; ///< "etcd-3.6.14-…: bin/etcd is missing"
    std::string node;                        ///< "Ready", or why not; empty without a kubelet
    bool healthy = false;                    ///< every unit active, node Ready, nothing damaged
};

/// Looks only. Reads configuration as install does, so that it knows what
/// certificates and artifacts there should be. Throws Error.
[[nodiscard]] NodeStatus status(const NodeOptions& options, const Reporting& reporting);

/// "2027-11-22T10:00:00Z"
[[nodiscard]] std::string utc_text(std::chrono::sys_seconds time);

} // namespace k8s_node
