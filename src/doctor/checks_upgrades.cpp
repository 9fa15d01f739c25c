#include "doctor/configuration_files.hpp"
#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

/// Returns true if a setting of apt.conf(5) is "true" or 1, in the form with quotes.
bool is_on(const std::string& lines, const std::string& setting) {
    return has_line(lines, setting + " \"true\";") || has_line(lines, setting + " \"1\";");
}

Findings look_at_reboots(const Root& root) {
    const auto apt = configured_lines(root, {"/etc/apt/apt.conf", "/etc/apt/apt.conf.d"});
    if (is_on(apt, "APT::Periodic::Unattended-Upgrade") &&
        is_on(apt, "Unattended-Upgrade::Automatic-Reboot")) {
        return {{"UnattendedUpgrades", Severity::warning,
                 "unattended-upgrades reboots this machine by itself, without draining the node, "
                 "and perhaps all nodes in the same night",
                 "set Unattended-Upgrade::Automatic-Reboot \"false\"; in /etc/apt/apt.conf.d, and "
                 "reboot one node after another"}};
    }
    const auto dnf = configured_lines(root, {"/etc/dnf/automatic.conf"});
    if (has_line(dnf, "reboot = when-needed") || has_line(dnf, "reboot = when-changed")) {
        return {{"UnattendedUpgrades", Severity::warning,
                 "dnf-automatic reboots this machine by itself, without draining the node",
                 "set reboot = never in /etc/dnf/automatic.conf, and reboot one node after "
                 "another"}};
    }
    return {};
}

Findings look_at_restarts(const Root& root) {
    const auto lines =
        configured_lines(root, {"/etc/needrestart/needrestart.conf", "/etc/needrestart/conf.d"});
    const bool restarts =
        has_line(lines, "$nrconf{restart} = 'a';") || has_line(lines, "$nrconf{restart} = \"a\";");
    if (!restarts || lines.find("kubelet") != std::string::npos) {
        return {};
    }
    return {{"UnattendedUpgrades", Severity::warning,
             "needrestart restarts services by itself after an upgrade, the node's among them and "
             "all at once",
             "exclude them: echo '$nrconf{override_rc}{qr(^(etcd|kube|containerd))} = 0;' "
             "> /etc/needrestart/conf.d/k8s-node.conf"}};
}

} // namespace

Answer check_unattended_upgrades(const Subject& subject) {
    auto findings = look_at_reboots(subject.root);
    append(findings, look_at_restarts(subject.root));
    return {std::move(findings),
            {{"UnattendedUpgrades", "none reboots this machine or restarts its services"}},
            {}};
}

} // namespace k8s_node::doctor
