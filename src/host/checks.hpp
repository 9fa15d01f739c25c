// The preflight checks, each a function of what was observed. Pure.
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "host/foreign_data.hpp"
#include "host/preflight.hpp"
#include "host/reliance.hpp"
#include "host/routes.hpp"

namespace k8s_node::host {

/// Spells a path in a check's name as kubeadm does: "-etc-kubernetes-kubelet.conf".
[[nodiscard]] std::string path_in_name(std::string_view path);

/// The hint of a finding about what cannot be looked at.
inline constexpr const char* unseen_hint =
    "run this as root; if it is root who cannot look there, repair the file system";

// checks_machine.cpp: the machine itself

[[nodiscard]] Findings check_root(uid_t effective_user);
[[nodiscard]] Findings check_systemd(bool systemd_booted);
[[nodiscard]] Findings check_node_name(std::string_view name);
[[nodiscard]] Findings check_address(std::string_view address, const Facts& facts);
/// checks_networks.cpp: against addresses and routes of interfaces that are not the node's.
[[nodiscard]] Findings check_network(const NetworkClaim& claim,
                                     const std::vector<InterfaceAddress>& addresses,
                                     const std::vector<Route>& routes,
                                     const std::vector<std::string>& own_interfaces);

[[nodiscard]] Findings check_clock(std::time_t now, const DatedFile& newest);
[[nodiscard]] Findings check_size(bool control_plane, const Facts& facts);
[[nodiscard]] Findings check_swap(bool swap_on, SwapPolicy policy);
[[nodiscard]] Findings check_cgroups(CgroupLayout layout, bool kubelet);

// checks_leftovers.cpp: what others left on this machine

[[nodiscard]] Findings check_port(const PortObservation& seen,
                                  const std::vector<std::string>& our_units);

/// A unit file that systemd would find in addition to or instead of ours.
struct UnitFileSeen {
    std::string unit;
    std::string path;
    bool masked = false; ///< a link to /dev/null
};
[[nodiscard]] Findings check_unit_files(const std::vector<UnitFileSeen>& seen);

/// A drop-in that changes one of our units.
struct DropInSeen {
    std::string unit;
    std::string path;
};
[[nodiscard]] Findings check_drop_ins(const std::vector<DropInSeen>& seen);

/// A file that exists, or that cannot be told of.
struct FileSeen {
    std::string path;
    std::string trouble; ///< why it cannot be looked at; empty if it can
};
/// `seen` are kubeadm's files, `ours` those that we wrote.
[[nodiscard]] Findings check_kubeadm_files(const std::vector<FileSeen>& seen,
                                           const std::vector<std::string>& ours);

[[nodiscard]] Findings check_data(const std::vector<ForeignData>& found);

/// The holder of a socket to report, "nginx (process 7, nginx.service)", and how to stop it.
struct NamedHolder {
    std::string who;
    std::string remedy;
};
[[nodiscard]] NamedHolder name_holder(const std::vector<SocketHolder>& holders);
[[nodiscard]] bool has_our_holder(const std::vector<SocketHolder>& holders,
                                  const std::vector<std::string>& our_units);

// checks_reliance.cpp: what pods need in order to run

[[nodiscard]] Findings check_directory(const DirectorySeen& seen);
[[nodiscard]] Findings check_bridge(const BridgeSeen& seen);
[[nodiscard]] Findings check_resolver(const ResolverSeen& seen);
[[nodiscard]] Findings check_socket(const SocketSeen& seen,
                                    const std::vector<std::string>& our_units);
/// `ours` are files that this node wrote.
[[nodiscard]] Findings check_first_file(const FirstFileSeen& seen,
                                        const std::vector<std::string>& ours);
/// `active` are units that run.
[[nodiscard]] Findings check_conflicts(const std::vector<Conflict>& conflicts,
                                       const std::vector<std::string>& active);

// checks_needs.cpp: what a node needs on the machine

[[nodiscard]] Findings check_executable(std::string_view name, bool found);

/// The state of a kernel module: `present` if it is loaded or built in, `unknown` if there is no
/// directory of modules to search.
enum class ModuleState { present, loadable, unknown, missing };
[[nodiscard]] Findings check_kernel_module(std::string_view name, ModuleState state);

/// The free space on the file system of a required path.
struct DiskSeen {
    DiskNeed need;
    dev_t device = 0;
    std::uint64_t available = 0;
};
[[nodiscard]] Findings check_disks(const std::vector<DiskSeen>& seen);

[[nodiscard]] Findings check_generator(std::string_view path, bool executable);

} // namespace k8s_node::host
