#include "teardown/host_effects.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "teardown/cgroups.hpp"
#include "teardown/firewall.hpp"
#include "teardown/nftables.hpp"

namespace k8s_node::teardown {

namespace {

std::vector<std::string> described(const std::vector<pid_t>& processes) {
    std::vector<std::string> out;
    out.reserve(processes.size());
    for (const auto pid : processes) {
        out.push_back(describe_process(pid));
    }
    return out;
}

} // namespace

std::vector<std::string> ThisHost::processes(const ProcessScope& scope) const {
    return described(find_processes(scope));
}

std::vector<std::string> ThisHost::end_processes(const ProcessScope& scope,
                                                 std::chrono::milliseconds grace) {
    return described(teardown::end_processes(scope, grace));
}

bool ThisHost::is_used_by_others(const std::filesystem::path& network_namespace,
                                 const ProcessScope& scope) const {
    return teardown::is_used_by_others(network_namespace, scope);
}

std::vector<Mount> ThisHost::mounts(const MountScope& scope) const {
    return unmount_order(read_mounts(), scope);
}

std::vector<StuckMount> ThisHost::unmount(const MountScope& scope) {
    return unmount_all(scope);
}

std::vector<Interface> ThisHost::interfaces() const {
    return read_interfaces();
}

void ThisHost::remove_interface(const Interface& interface) {
    teardown::remove_interface(interface);
}

std::vector<GatewayRoute> ThisHost::routes(const std::vector<std::string>& networks) const {
    return networks.empty() ? std::vector<GatewayRoute>()
                            : routes_to_parts(read_gateway_routes(), networks);
}

void ThisHost::remove_route(const GatewayRoute& route) {
    teardown::remove_route(route);
}

std::vector<std::string> ThisHost::firewall(const Cleanup& cleanup) const {
    return find_firewall(cleanup);
}

void ThisHost::remove_firewall(const Cleanup& cleanup) {
    teardown::remove_firewall(cleanup);
}

std::vector<std::string> ThisHost::missing_firewall_programs(const Cleanup& cleanup) const {
    return teardown::missing_firewall_programs(cleanup);
}

std::vector<std::string> ThisHost::nftables(const std::vector<std::string>& names) const {
    return find_nftables(names);
}

void ThisHost::remove_nftables(const std::string& table) {
    teardown::remove_nftables(table);
}

std::vector<std::filesystem::path> ThisHost::cgroups(const std::vector<std::string>& names) const {
    return find_cgroups(names);
}

void ThisHost::remove_cgroup(const std::filesystem::path& group) {
    teardown::remove_cgroup(group);
}

void ThisHost::remove_user(const std::string& name) {
    run_successfully({"userdel", name});
}

void ThisHost::remove_group(const std::string& name) {
    run_successfully({"groupdel", name});
}

int ThisHost::set_parameter(const std::filesystem::path& file, const std::string& value) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    while (fd) {
        if (::write(fd.get(), value.data(), value.size()) >= 0) {
            return 0;
        }
        if (errno != EINTR) {
            break;
        }
    }
    return errno;
}

bool ThisHost::has_program(const std::string& name) const {
    return k8s_node::has_program(name);
}

} // namespace k8s_node::teardown
