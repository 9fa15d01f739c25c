// What of a machine is in no file, as a directory's machine has it: a few processes, mounts,
// interfaces and rules that go when they are told to.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "support/files.hpp"
#include "support/text.hpp"
#include "teardown/host_effects.hpp"

namespace k8s_node::test {

class FakeHost final : public teardown::HostEffects {
public:
    explicit FakeHost(Root root) : root_(std::move(root)) {}

    std::map<std::string, std::string> running; ///< "etcd (process 1)" → its control group
    std::set<std::string> unkillable;
    std::vector<teardown::Mount> mounted;
    std::set<std::string> stuck; ///< mount points that are in use
    std::vector<teardown::Interface> links;
    std::vector<teardown::GatewayRoute> ways; ///< routes through other machines
    std::vector<std::string> rules;
    std::vector<std::string> tables;
    std::vector<std::filesystem::path> groups;
    std::set<std::string> lacking;  ///< programs that are not installed
    std::set<std::string> used;     ///< network namespaces that others use
    int refusal = 0;                ///< errno of setting a parameter
    std::vector<std::string> ended; ///< what was done, in order
    /// Called before each effect; what it throws is a kill there.
    std::function<void(const std::string&)> before = [](const std::string&) {};

    [[nodiscard]] std::vector<std::string>
    processes(const teardown::ProcessScope& scope) const override {
        std::vector<std::string> found;
        for (const auto& [process, group] : running) {
            if (teardown::is_in_cgroup("0::/" + group + "\n", scope.cgroups)) {
                found.push_back(process);
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string>
    end_processes(const teardown::ProcessScope& scope,
                  std::chrono::milliseconds /*grace*/) override {
        for (const auto& process : processes(scope)) {
            if (!unkillable.contains(process)) {
                act("end " + process);
                running.erase(process);
            }
        }
        return processes(scope);
    }
    [[nodiscard]] bool is_used_by_others(const std::filesystem::path& network_namespace,
                                         const teardown::ProcessScope& /*scope*/) const override {
        return used.contains(network_namespace.filename().string());
    }
    [[nodiscard]] std::vector<teardown::Mount>
    mounts(const teardown::MountScope& scope) const override {
        return teardown::unmount_order(mounted, scope);
    }
    [[nodiscard]] std::vector<teardown::StuckMount>
    unmount(const teardown::MountScope& scope) override {
        std::vector<teardown::StuckMount> left;
        for (const auto& mount : mounts(scope)) {
            if (stuck.contains(mount.point)) {
                left.push_back({mount.point, "Device or resource busy", {"bash (process 9)"}});
            } else {
                act("unmount " + mount.point);
                std::erase(mounted, mount);
            }
        }
        return left;
    }
    [[nodiscard]] std::vector<teardown::Interface> interfaces() const override { return links; }
    void remove_interface(const teardown::Interface& interface) override {
        act("remove " + interface.name);
        std::erase(links, interface);
    }
    [[nodiscard]] std::vector<teardown::GatewayRoute>
    routes(const std::vector<std::string>& networks) const override {
        return teardown::routes_to_parts(ways, networks);
    }
    void remove_route(const teardown::GatewayRoute& route) override {
        act("remove " + route.text());
        std::erase(ways, route);
    }
    [[nodiscard]] std::vector<std::string> firewall(const Cleanup& cleanup) const override {
        return cleanup.firewall_chains.empty() ? std::vector<std::string>() : rules;
    }
    void remove_firewall(const Cleanup& /*cleanup*/) override {
        act("remove rules");
        rules.clear();
    }
    [[nodiscard]] std::vector<std::string>
    missing_firewall_programs(const Cleanup& /*cleanup*/) const override {
        return has_program("iptables-save") ? std::vector<std::string>()
                                            : std::vector<std::string>{"iptables-save"};
    }
    [[nodiscard]] std::vector<std::string>
    nftables(const std::vector<std::string>& names) const override {
        return names.empty() ? std::vector<std::string>() : tables;
    }
    void remove_nftables(const std::string& table) override {
        act("remove table " + table);
        std::erase(tables, table);
    }
    [[nodiscard]] std::vector<std::filesystem::path>
    cgroups(const std::vector<std::string>& names) const override {
        std::vector<std::filesystem::path> found;
        for (const auto& group : groups) {
            if (std::find(names.begin(), names.end(), group.filename()) != names.end()) {
                found.push_back(group);
            }
        }
        return found;
    }
    void remove_cgroup(const std::filesystem::path& group) override {
        act("remove " + group.string());
        std::erase(groups, group);
    }
    void remove_user(const std::string& name) override {
        act("userdel " + name);
        drop_line("/etc/passwd", name);
        drop_line("/etc/group", name);
    }
    void remove_group(const std::string& name) override {
        act("groupdel " + name);
        drop_line("/etc/group", name);
    }
    [[nodiscard]] int set_parameter(const std::filesystem::path& file,
                                    const std::string& value) override {
        act("set " + file.filename().string());
        if (refusal == 0) {
            write_file_atomically(file, value + "\n", {});
        }
        return refusal;
    }
    [[nodiscard]] bool has_program(const std::string& name) const override {
        return !lacking.contains(name);
    }

private:
    void act(const std::string& what) {
        before(what);
        ended.push_back(what);
    }
    void drop_line(const std::string& file, const std::string& name) const {
        std::string rest;
        for (const auto& line : split_lines(read_file_if_exists(root_.at(file)).value_or(""))) {
            if (!line.starts_with(name + ":")) {
                rest += line + "\n";
            }
        }
        write_file_atomically(root_.at(file), rest, {});
    }

    Root root_;
};

} // namespace k8s_node::test
