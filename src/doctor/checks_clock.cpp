#include <algorithm>
#include <array>

#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

/// The services that set the clock by others.
constexpr std::array time_services{"systemd-timesyncd.service",
                                   "chrony.service",
                                   "chronyd.service",
                                   "ntp.service",
                                   "ntpsec.service",
                                   "ntpd.service"};

std::string running_time_service(const Subject& subject) {
    const auto found = std::ranges::find_if(
        time_services, [&](const char* unit) { return contains(subject.active_units, unit); });
    return found == time_services.end() ? "" : *found;
}

} // namespace

Answer check_clock_sync(const Subject& subject) {
    const std::string name = "ClockSync";
    const bool is_right = subject.clock_synchronized.value_or(false);
    if (!subject.facts.container.empty()) {
        return {{}, {{name, "the host of this container keeps its clock"}}, {}};
    }
    const auto service = running_time_service(subject);
    if (is_right) {
        return {{},
                {{name, "the kernel's clock is synchronized" +
                            (service.empty() ? "" : ", by " + service)}},
                {}};
    }
    if (service.empty()) {
        return {{{name, Severity::warning,
                  "nothing sets this machine's clock: no time service runs, and the kernel's clock "
                  "is not synchronized; certificates and etcd's leases need the right time",
                  "install and start one: apt install systemd-timesyncd, or chrony"}}};
    }
    return {{{name, Severity::warning,
              service + " runs, but the kernel's clock is not synchronized: its servers do not "
                        "answer, or not yet",
              "see: timedatectl timesync-status, or chronyc sources; name servers that this "
              "machine reaches"}}};
}

Answer check_clock_source(const Subject& subject) {
    const std::string name = "ClockSource";
    const auto text = read_file_if_exists(
        subject.root.at("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    if (!text) {
        return {{}, {}, {{name, "the kernel does not tell its clock source"}}};
    }
    const std::string source(trim(*text));
    constexpr std::array slow{"jiffies", "hpet", "acpi_pm", "refined-jiffies", "pit"};
    if (std::ranges::find(slow, source) != slow.end()) {
        return {{{name, Severity::warning,
                  "the kernel reads the time from " + source +
                      ", which takes a system call for each reading and drifts: databases get slow",
                  "let the hypervisor or firmware offer tsc or kvm-clock (see "
                  "available_clocksource in /sys/devices/system/clocksource/clocksource0), or boot "
                  "with clocksource=tsc"}}};
    }
    return {{}, {{name, source}}, {}};
}

} // namespace k8s_node::doctor
