// The machine under examination, and its checks beyond those of preflight: each a function of what
// is found under a root directory. They change nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "model/facts.hpp"
#include "support/files.hpp"

namespace k8s_node::doctor {

/// How much of the file system of a place is free.
struct DiskShare {
    std::string place; ///< "/var/lib/kubelet"
    unsigned percent = 100;
};

/// Facts about a machine, and about the node that it is or shall be.
struct Subject {
    Root root;
    Facts facts;
    std::string node_name;    ///< of the installed node; empty if there is none
    bool runs_pods = true;    ///< it has a kubelet
    bool refuses_swap = true; ///< its kubelet does
    bool has_overlay = false; ///< pods of other nodes are reached by routes and a tunnel
    std::string etcd_data{};  ///< where etcd keeps its data; empty without a member
    std::vector<std::string> cluster_dns{};   ///< addresses at which the cluster's DNS answers
    std::vector<std::string> pod_networks{};  ///< "10.244.0.0/16"
    std::vector<std::string> active_units{};  ///< those of watched_units() that run
    std::vector<DiskShare> disks{};           ///< observe_disks()
    std::optional<bool> clock_synchronized{}; ///< as the kernel has it (adjtimex(2))
};

/// The foreign units that the checks ask for.
[[nodiscard]] std::vector<std::string> watched_units();

/// Returns the shares of the file systems where kubelet and the container runtime keep their data.
/// Throws Error.
[[nodiscard]] std::vector<DiskShare> observe_disks(const Root& root);

/// Returns what the kernel says about its clock; nullopt if it does not tell.
[[nodiscard]] std::optional<bool> observe_clock_synchronized();

// checks_clock.cpp
[[nodiscard]] Answer check_clock_sync(const Subject& subject);
[[nodiscard]] Answer check_clock_source(const Subject& subject);

// checks_identity.cpp
[[nodiscard]] Answer check_machine_id(const Subject& subject);
[[nodiscard]] Answer check_host_name(const Subject& subject);

// checks_kernel.cpp
[[nodiscard]] Answer check_kernel_version(const Subject& subject);
[[nodiscard]] Answer check_kernel_features(const Subject& subject);
[[nodiscard]] Answer check_cgroup_controllers(const Subject& subject);
[[nodiscard]] Answer check_cgroup_driver(const Subject& subject);

// checks_limits.cpp
[[nodiscard]] Answer check_swap_at_boot(const Subject& subject);
[[nodiscard]] Answer check_inotify(const Subject& subject);
[[nodiscard]] Answer check_conntrack(const Subject& subject);
[[nodiscard]] Answer check_file_handles(const Subject& subject);
[[nodiscard]] Answer check_disk_pressure(const Subject& subject);

// checks_network.cpp
[[nodiscard]] Answer check_networkd(const Subject& subject);
[[nodiscard]] Answer check_network_manager(const Subject& subject);
[[nodiscard]] Answer check_mtu(const Subject& subject);

// checks_firewall.cpp
[[nodiscard]] Answer check_firewall(const Subject& subject);

// checks_dns.cpp
[[nodiscard]] Answer check_dns_loop(const Subject& subject);
/// Asks every name server at once and waits for less than a second.
[[nodiscard]] Answer check_dns_answers(const Subject& subject);

// checks_upgrades.cpp
[[nodiscard]] Answer check_unattended_upgrades(const Subject& subject);

// checks_remains.cpp
[[nodiscard]] Answer check_remains(const Subject& subject);

// checks_certificates.cpp: those that a kubelet gets for itself
[[nodiscard]] Answer check_kubelet_certificates(const Subject& subject);

// checks_disk.cpp
/// Measures how long a write to etcd's disk takes to be durable, with a file without a name, for at
/// most a second.
[[nodiscard]] Answer check_etcd_disk(const Subject& subject);

using Milliseconds = std::chrono::duration<double, std::milli>;
/// `times` are those of single writes, at least one, the shortest first.
[[nodiscard]] Answer judge_etcd_disk(const std::string& place,
                                     const std::vector<Milliseconds>& times);

/// Returns all of them, those that wait in threads.
[[nodiscard]] std::vector<Check> machine_checks(const Subject& subject);

} // namespace k8s_node::doctor
