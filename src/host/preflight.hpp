// Checks whether a machine can become a node: all checks run before any of them fails, so that
// one run reports everything. Names are kubeadm's if it has the same check, so that runbooks and
// --ignore lists carry over.
#pragma once

#include <cstdint>
#include <ctime>
#include <set>
#include <string>
#include <vector>

#include "host/ports.hpp"
#include "model/cleanup.hpp"
#include "model/facts.hpp"
#include "model/finding.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

using k8s_node::Finding;
using k8s_node::Findings;
using k8s_node::Severity;

/// How the kubelet that will run here treats active swap.
enum class SwapPolicy { refuse, warn, allow };

/// Disk space that will be needed at a path (which need not exist yet).
struct DiskNeed {
    std::string path;
    std::uint64_t bytes = 0;
};

/// A network that the node will use as its own.
struct NetworkClaim {
    std::string setting; ///< "cluster.pod_cidr"
    std::string network;
    bool has_parts = false; ///< other nodes have parts of it
};

/// A file that was written in the past if the clock is right.
struct DatedFile {
    std::string path; ///< empty for none
    std::time_t written = 0;
};

/// The desired node, which is compared with the machine.
struct PreflightInput {
    std::string node_name;
    std::string node_address; ///< empty: the source address of the default route
    bool control_plane = false;
    bool kubelet = false;
    SwapPolicy swap = SwapPolicy::refuse;
    std::vector<PortClaim> ports;
    std::vector<NetworkClaim> networks;
    std::vector<std::string> our_interfaces; ///< may be patterns
    std::vector<std::string> our_units;      ///< "kubelet.service"
    std::vector<std::string> new_units;      ///< those of our_units that never ran on this machine
    std::vector<std::string> our_files;      ///< absolute paths that an earlier run wrote
    Cleanup cleanup;                         ///< the paths where the node will keep its data
    std::set<std::string> known_data;        ///< paths of data that are not foreign
    std::vector<std::string> executables;    ///< looked up in systemd's PATH
    std::vector<std::string> kernel_modules;
    std::vector<DiskNeed> disks;
    std::vector<std::string> dated_files; ///< files written in the past, in addition to systemd's
    std::string generator;                ///< absolute path of our systemd generator
    std::vector<std::string> ignored; ///< names whose errors become warnings; "all" for every name
};

/// The three parts of run_preflight(): the machine itself, what others left on it, what a node
/// needs on it.
[[nodiscard]] Findings look_at_machine(const PreflightInput& input, const Facts& facts,
                                       const Root& root);
[[nodiscard]] Findings look_for_leftovers(const PreflightInput& input, const Root& root);
[[nodiscard]] Findings look_for_needs(const PreflightInput& input, const Facts& facts,
                                      const Root& root);

/// Observes the machine and runs every check; changes nothing. Findings are in the order of the
/// checks. Throws Error only if observing fails.
[[nodiscard]] Findings run_preflight(const PreflightInput& input, const Facts& facts,
                                     const Root& root);

} // namespace k8s_node::host
