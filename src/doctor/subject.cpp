#include "doctor/subject.hpp"

#include <array>
#include <sys/timex.h>

namespace k8s_node::doctor {

std::vector<std::string> watched_units() {
    return {"systemd-timesyncd.service",
            "chrony.service",
            "chronyd.service",
            "ntp.service",
            "ntpsec.service",
            "ntpd.service",
            "systemd-networkd.service",
            "NetworkManager.service",
            "firewalld.service",
            "ufw.service",
            "nftables.service"};
}

std::optional<bool> observe_clock_synchronized() {
    timex state{};
    const int clock = ::adjtimex(&state);
    if (clock < 0) {
        return std::nullopt;
    }
    return clock != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::vector<Check> machine_checks(const Subject& subject) {
    struct Row {
        const char* name;
        Answer (*look)(const Subject&);
        Runs runs = Runs::in_loop;
    };
    static constexpr std::array rows{
        Row{"ClockSync", check_clock_sync},
        Row{"ClockSource", check_clock_source},
        Row{"MachineId", check_machine_id},
        Row{"HostNameDrift", check_host_name},
        Row{"KernelVersion", check_kernel_version},
        Row{"KernelFeatures", check_kernel_features},
        Row{"CgroupControllers", check_cgroup_controllers},
        Row{"CgroupDriver", check_cgroup_driver},
        Row{"SwapAtBoot", check_swap_at_boot},
        Row{"InotifyLimits", check_inotify, Runs::in_thread},
        Row{"Conntrack", check_conntrack},
        Row{"FileHandles", check_file_handles},
        Row{"DiskPressure", check_disk_pressure},
        Row{"EtcdDisk", check_etcd_disk, Runs::in_thread},
        Row{"Networkd", check_networkd},
        Row{"NetworkManager", check_network_manager},
        Row{"Firewall", check_firewall},
        Row{"Mtu", check_mtu},
        Row{"DnsLoop", check_dns_loop},
        Row{"DnsAnswers", check_dns_answers, Runs::in_thread},
        Row{"UnattendedUpgrades", check_unattended_upgrades},
        Row{"Remains", check_remains},
        Row{"KubeletCertificate", check_kubelet_certificates},
    };
    std::vector<Check> checks;
    for (const auto& row : rows) {
        checks.push_back(
            {{row.name}, [&subject, look = row.look] { return look(subject); }, row.runs});
    }
    return checks;
}

} // namespace k8s_node::doctor
