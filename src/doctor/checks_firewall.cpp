#include <algorithm>

#include "doctor/configuration_files.hpp"
#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

/// True if a zone of firewalld trusts the networks of pods.
bool firewalld_trusts_pods(const Subject& subject) {
    const auto zones = configured_lines(subject.root, {"/etc/firewalld/zones"});
    return !subject.pod_networks.empty() &&
           std::ranges::all_of(subject.pod_networks, [&](const std::string& network) {
               return zones.find(network) != std::string::npos;
           });
}

Findings look_at_firewalld(const Subject& subject) {
    if (!contains(subject.active_units, "firewalld.service") || firewalld_trusts_pods(subject)) {
        return {};
    }
    std::string networks;
    for (const auto& network : subject.pod_networks) {
        networks += " --add-source=" + network;
    }
    return {{"Firewall", Severity::warning,
             "firewalld runs and rejects what it does not know: packets of pods, and other "
             "machines' connections to this node",
             "firewall-cmd --permanent --zone=trusted" +
                 (networks.empty() ? " --add-source=POD_NETWORK" : networks) +
                 "; firewall-cmd --permanent --add-port=6443/tcp --add-port=10250/tcp; "
                 "firewall-cmd --reload; or systemctl disable --now firewalld"}};
}

Findings look_at_ufw(const Subject& subject) {
    const auto lines = configured_lines(subject.root, {"/etc/ufw/ufw.conf", "/etc/default/ufw"});
    if (!has_line(lines, "ENABLED=yes") || !has_line(lines, "DEFAULT_FORWARD_POLICY=\"DROP\"")) {
        return {};
    }
    return {{"Firewall", Severity::warning,
             "ufw is on and drops what is forwarded (DEFAULT_FORWARD_POLICY=\"DROP\"): pods "
             "reach nothing outside of this node",
             "set DEFAULT_FORWARD_POLICY=\"ACCEPT\" in /etc/default/ufw, ufw allow 6443/tcp, ufw "
             "allow 10250/tcp, ufw reload; or ufw disable"}};
}

} // namespace

Answer check_firewall(const Subject& subject) {
    auto findings = look_at_firewalld(subject);
    append(findings, look_at_ufw(subject));
    return {std::move(findings), {{"Firewall", "no firewall that would be in pods' way"}}, {}};
}

} // namespace k8s_node::doctor
