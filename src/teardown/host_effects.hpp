// The parts of a machine that are in no file below a root directory: processes, mounts, interfaces,
// firewall rules, control groups, the kernel's parameters and the tools of the user database.
// Behind an interface, so that a reset runs in a test against a directory.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "model/cleanup.hpp"
#include "teardown/interfaces.hpp"
#include "teardown/mounts.hpp"
#include "teardown/processes.hpp"
#include "teardown/routes.hpp"

namespace k8s_node::teardown {

/// Everything that finds only looks. Everything that removes is safe to repeat, and throws Error.
class HostEffects {
public:
    HostEffects() = default;
    HostEffects(const HostEffects&) = delete;
    HostEffects& operator=(const HostEffects&) = delete;
    HostEffects(HostEffects&&) = delete;
    HostEffects& operator=(HostEffects&&) = delete;
    virtual ~HostEffects() = default;

    /// Returns the processes in scope: "etcd (process 1234)".
    [[nodiscard]] virtual std::vector<std::string> processes(const ProcessScope& scope) const = 0;
    /// Terminates all in scope, and kills the remaining ones after `grace`. Returns those that do
    /// not end.
    [[nodiscard]] virtual std::vector<std::string>
    end_processes(const ProcessScope& scope, std::chrono::milliseconds grace) = 0;
    /// True if a process that is not in scope uses the network namespace at this path.
    [[nodiscard]] virtual bool is_used_by_others(const std::filesystem::path& network_namespace,
                                                 const ProcessScope& scope) const = 0;

    /// Returns the mounts in scope, in the order in which they can be unmounted.
    [[nodiscard]] virtual std::vector<Mount> mounts(const MountScope& scope) const = 0;
    /// Unmounts all in scope. Returns those that are in use.
    [[nodiscard]] virtual std::vector<StuckMount> unmount(const MountScope& scope) = 0;

    [[nodiscard]] virtual std::vector<Interface> interfaces() const = 0;
    virtual void remove_interface(const Interface& interface) = 0;

    /// Returns the routes through other machines to parts of the networks.
    [[nodiscard]] virtual std::vector<GatewayRoute>
    routes(const std::vector<std::string>& networks) const = 0;
    virtual void remove_route(const GatewayRoute& route) = 0;

    /// Returns the node's iptables chains and rules, and why they cannot be read.
    [[nodiscard]] virtual std::vector<std::string> firewall(const Cleanup& cleanup) const = 0;
    virtual void remove_firewall(const Cleanup& cleanup) = 0;
    [[nodiscard]] virtual std::vector<std::string>
    missing_firewall_programs(const Cleanup& cleanup) const = 0;
    /// Returns the tables of nftables with one of the names: "ip kube-proxy". Throws Error if the
    /// existing ones cannot be listed.
    [[nodiscard]] virtual std::vector<std::string>
    nftables(const std::vector<std::string>& names) const = 0;
    virtual void remove_nftables(const std::string& table) = 0;

    /// Returns the directories of control groups with one of the names.
    [[nodiscard]] virtual std::vector<std::filesystem::path>
    cgroups(const std::vector<std::string>& names) const = 0;
    virtual void remove_cgroup(const std::filesystem::path& group) = 0;

    /// Removes a user, and the group of its name if it is the user's own, with userdel(8).
    virtual void remove_user(const std::string& name) = 0;
    /// Removes a group with groupdel(8).
    virtual void remove_group(const std::string& name) = 0;

    /// Writes a kernel parameter, a file of /proc/sys. Returns 0 or the errno of the failure.
    [[nodiscard]] virtual int set_parameter(const std::filesystem::path& file,
                                            const std::string& value) = 0;

    [[nodiscard]] virtual bool has_program(const std::string& name) const = 0;
};

/// This machine.
class ThisHost final : public HostEffects {
public:
    [[nodiscard]] std::vector<std::string> processes(const ProcessScope& scope) const override;
    [[nodiscard]] std::vector<std::string> end_processes(const ProcessScope& scope,
                                                         std::chrono::milliseconds grace) override;
    [[nodiscard]] bool is_used_by_others(const std::filesystem::path& network_namespace,
                                         const ProcessScope& scope) const override;
    [[nodiscard]] std::vector<Mount> mounts(const MountScope& scope) const override;
    [[nodiscard]] std::vector<StuckMount> unmount(const MountScope& scope) override;
    [[nodiscard]] std::vector<Interface> interfaces() const override;
    void remove_interface(const Interface& interface) override;
    [[nodiscard]] std::vector<GatewayRoute>
    routes(const std::vector<std::string>& networks) const override;
    void remove_route(const GatewayRoute& route) override;
    [[nodiscard]] std::vector<std::string> firewall(const Cleanup& cleanup) const override;
    void remove_firewall(const Cleanup& cleanup) override;
    [[nodiscard]] std::vector<std::string>
    missing_firewall_programs(const Cleanup& cleanup) const override;
    [[nodiscard]] std::vector<std::string>
    nftables(const std::vector<std::string>& names) const override;
    void remove_nftables(const std::string& table) override;
    [[nodiscard]] std::vector<std::filesystem::path>
    cgroups(const std::vector<std::string>& names) const override;
    void remove_cgroup(const std::filesystem::path& group) override;
    void remove_user(const std::string& name) override;
    void remove_group(const std::string& name) override;
    [[nodiscard]] int set_parameter(const std::filesystem::path& file,
                                    const std::string& value) override;
    [[nodiscard]] bool has_program(const std::string& name) const override;
};

} // namespace k8s_node::teardown
