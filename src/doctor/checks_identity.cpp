#include <algorithm>
#include <cctype>

#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

constexpr std::size_t id_length = 32;
constexpr const char* new_id = "give the machine an ID of its own: rm /etc/machine-id "
                               "/var/lib/dbus/machine-id; systemd-machine-id-setup; reboot";

/// Returns why an ID cannot be that of one machine; empty if it can.
std::string fault_of(std::string_view id) {
    if (id.empty() || id == "uninitialized") {
        return "/etc/machine-id is not set: it has another ID after every boot";
    }
    const bool is_id = id.size() == id_length && std::ranges::all_of(id, [](unsigned char letter) {
                           return std::isxdigit(letter) != 0;
                       });
    if (!is_id) {
        return "/etc/machine-id is no machine ID (32 hexadecimal digits)";
    }
    if (std::ranges::count(id, id.front()) == static_cast<std::ptrdiff_t>(id.size())) {
        return "/etc/machine-id is " + std::string(id) + ", which no machine has by itself";
    }
    return {};
}

std::string text_of(const Subject& subject, const char* path) {
    return std::string(trim(read_file_if_exists(subject.root.at(path)).value_or("")));
}

} // namespace

Answer check_machine_id(const Subject& subject) {
    const std::string name = "MachineId";
    const auto id = text_of(subject, "/etc/machine-id");
    if (const auto fault = fault_of(id); !fault.empty()) {
        return {{{name, Severity::error, fault + "; kubelet tells it to the cluster", new_id}}};
    }
    const auto of_bus = text_of(subject, "/var/lib/dbus/machine-id");
    if (!of_bus.empty() && of_bus != id) {
        return {{{name, Severity::warning,
                  "/etc/machine-id (" + id + ") and /var/lib/dbus/machine-id (" + of_bus +
                      ") differ: this machine was probably cloned, and others may have the same ID",
                  new_id}}};
    }
    return {{}, {{name, id}}, {}};
}

Answer check_host_name(const Subject& subject) {
    const std::string name = "HostNameDrift";
    const auto& now = subject.facts.hostname;
    const auto at_boot = text_of(subject, "/etc/hostname");
    if (!at_boot.empty() && !now.empty() && at_boot != now) {
        return {{{name, Severity::warning,
                  "the host name is " + now + " now, and will be " + at_boot +
                      " (/etc/hostname) after the next boot",
                  "decide for one: hostnamectl set-hostname NAME"}}};
    }
    const auto is_same = [](unsigned char one, unsigned char other) {
        return std::tolower(one) == std::tolower(other);
    };
    if (!subject.node_name.empty() && !std::ranges::equal(now, subject.node_name, is_same)) {
        return {{{name, Severity::warning,
                  "the host name is " + now + ", and the node is " + subject.node_name +
                      ": it keeps its name in the cluster, which was fixed when it was installed",
                  "hostnamectl set-hostname " + subject.node_name +
                      ", or rename the node: k8s-node-install redeploy --set node.name=" + now}}};
    }
    return {{}, {{name, now}}, {}};
}

} // namespace k8s_node::doctor
