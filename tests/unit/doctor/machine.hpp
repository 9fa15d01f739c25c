// A machine in a directory, examined as doctor does.
#pragma once

#include <algorithm>

#include "doctor/subject.hpp"
#include "host/preflight.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::doctor::test {

/// A sound machine: a virtual machine of Debian that shall be a node. Tests break it.
class Machine {
public:
    Machine() {
        subject.root = Root(files.path());
        subject.facts.systemd_booted = true;
        subject.facts.kernel_release = "6.1.0-18-amd64";
        subject.facts.hostname = "n1";
        subject.facts.default_address = "192.0.2.2";
        subject.facts.default_interface = "eth0";
        subject.facts.addresses = {{"eth0", "192.0.2.2"}};
        subject.facts.memory_bytes = 4ULL << 30U;
        subject.facts.cpus = 2;
        subject.facts.resolv_conf = "/etc/resolv.conf";
        subject.cluster_dns = {"10.96.0.10"};
        subject.pod_networks = {"10.244.0.0/16"};
        subject.active_units = {"systemd-timesyncd.service"};
        subject.disks = {{"/var/lib/kubelet", 40}, {"/var/lib/containerd", 40}};
        subject.clock_synchronized = true;
        preflight.node_name = "n1";
        preflight.node_address = "192.0.2.2";
        preflight.control_plane = preflight.kubelet = true;
        preflight.our_units = preflight.new_units = {"kubelet.service", "etcd.service"};
        preflight.kernel_modules = {"overlay"};
        preflight.networks = {{"cluster.pod_cidr", "10.244.0.0/16", true}};
        write_system();
    }

    [[nodiscard]] CheckResults examine() {
        EventLoop loop;
        auto checks = machine_checks(subject);
        checks.push_back({{"Preflight"}, [this] {
                              auto findings =
                                  host::run_preflight(preflight, subject.facts, subject.root);
                              std::erase_if(findings, [](const auto& one) {
                                  return one.name == "IsPrivilegedUser"; // the test may be anyone
                              });
                              return Answer{std::move(findings), {}, {}};
                          }});
        return run_checks(checks, {}, loop);
    }

    k8s_node::test::TemporaryDirectory files;
    Subject subject;
    host::PreflightInput preflight;

private:
    void write_system() const {
        for (const auto* name : {"cgroup", "ipc", "mnt", "net", "pid", "uts"}) {
            files.write(std::string("/proc/self/ns/") + name, "");
        }
        files.make_directory("/proc/sys/kernel/seccomp");
        files.write("/proc/filesystems", "nodev\toverlay\n");
        files.write("/proc/sys/fs/inotify/max_user_instances", "128\n");
        files.write("/proc/sys/fs/inotify/max_user_watches", "65536\n");
        files.write("/proc/sys/fs/file-nr", "1024\t0\t9223372036854775807\n");
        files.write("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
        files.write("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
        files.write("/sys/class/net/eth0/mtu", "1500\n");
        files.write("/etc/machine-id", "4f0c3a52d1b84f6ba7c1c35cbb7a2f11\n");
        files.write("/etc/hostname", "n1\n");
        files.write("/etc/resolv.conf", "nameserver 192.0.2.53\n");
    }
};

} // namespace k8s_node::doctor::test
