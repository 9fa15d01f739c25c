// Whether a machine can become a node: all checks run before any of them
// fails, so that one run tells everything. Names are kubeadm's where it has
// the same check, so that runbooks and --ignore lists carry over.
#pragma once

#include <cstdint>
#include <ctime>
#include <set>
#include <string>
#include <vector>

#include "host/ports.hpp"
#include "model/facts.hpp"
#include "model/finding.hpp"
#include "model/leavings.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

using k8s_node::Finding;
using k8s_node::Findings;
using k8s_node::Severity;

/// What active swap means to the kubelet that will run here.
enum class SwapPolicy { refuse, warn, allow };

/// Room that will be needed at a path (which need not exist yet).
struct DiskNeed {
    std::string path;
    std::uint64_t bytes = 0;
};

/// A network that the node will use as its own.
struct NetworkClaim {
    std::string setting; ///< "cluster.pod_cidr"
    std::string network;
    bool has_parts = false; ///< of which other nodes have some
};

/// A file that was written before now if the clock is right.
struct DatedFile {
    std::string path; ///< empty for none
    std::time_t written = 0;
};

/// What the node will be; what is compared with the machine.
struct PreflightInput {
    std::string node_name;
    std::string node_address; ///< empty: whatever the default route says
    bool control_plane = false;
    bool kubelet = false;
    SwapPolicy swap = SwapPolicy::refuse;
    std::vector<PortClaim> ports;
    std::vector<NetworkClaim> networks;
    std::vector<std::string> our_interfaces; ///< may be patterns
    std::vector<std::string> our_units;      ///< "kubelet.service"
    std::vector<std::string> new_units;      ///< those of them that never ran on this machine
    std::vector<std::string> our_files;      ///< absolute paths that an earlier run wrote
    Leavings leaves;                         ///< where the node will keep its data
    std::set<std::string> known_data;        ///< paths of data that are no stranger's
    std::vector<std::string> executables;    ///< looked up where systemd looks
    std::vector<std::string> kernel_modules;
    std::vector<DiskNeed> disks;
    std::vector<std::string> dated_files; ///< of the past, beside those of systemd
    std::string generator;                ///< absolute path of our systemd generator
    std::vector<std::string> ignored; ///< names whose errors become warnings; "all" for every one
};

/// Looks at the machine and runs every check; changes nothing. Findings come
/// in the order of the checks. Throws Error only when looking itself fails.
[[nodiscard]] Findings run_preflight(const PreflightInput& input, const Facts& facts,
                                     const Root& root);

} // namespace k8s_node::host
