#include <algorithm>
#include <array>
#include <filesystem>
#include <fnmatch.h>

#include "doctor/configuration_files.hpp"
#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

constexpr std::array pod_interfaces{"veth0a1b2c3d", "cni0", "flannel.1"};
constexpr std::int64_t tunnel_header = 50; ///< of VXLAN over IPv4
constexpr std::int64_t least_mtu = 1280;

bool matches_pods(const std::string& pattern) {
    return std::ranges::any_of(pod_interfaces, [&](const char* interface) {
        return ::fnmatch(pattern.c_str(), interface, 0) == 0;
    });
}

/// True if the [Match] section of a .network file is met by the interfaces of pods.
bool takes_over_pods(const std::string& text) {
    bool is_match = false;
    bool by_name = false;
    bool by_type = false;
    for (const auto& line : split_lines(text)) {
        const auto bare = trim(line);
        is_match = bare.starts_with("[") ? bare == "[Match]" : is_match;
        if (!is_match) {
            continue;
        }
        if (bare.starts_with("Name=")) {
            const auto patterns = words_of(bare.substr(5));
            if (std::ranges::none_of(patterns, matches_pods)) {
                return false;
            }
            by_name = true;
        } else if (bare == "Type=ether") {
            by_type = true;
        } else if (bare.find('=') != std::string_view::npos && !bare.starts_with("#")) {
            return false; // another condition, which pods' interfaces hardly meet
        }
    }
    return by_name || by_type;
}

/// Returns the .network file that would manage pods' interfaces; empty if there is none.
std::string file_that_takes_over(const Root& root) {
    for (const std::string directory :
         {"/etc/systemd/network", "/run/systemd/network", "/usr/local/lib/systemd/network"}) {
        auto files = directory_entries(root.at(directory));
        std::ranges::sort(files);
        for (const auto& file : files) {
            if (file.extension() == ".network" && takes_over_pods(read_file(file))) {
                return directory + "/" + file.filename().string();
            }
        }
    }
    return {};
}

bool keeps_foreign_routes(const Root& root) {
    const auto lines =
        configured_lines(root, {"/usr/lib/systemd/networkd.conf.d", "/etc/systemd/networkd.conf",
                                "/run/systemd/networkd.conf.d", "/etc/systemd/networkd.conf.d"});
    return has_line(lines, "ManageForeignRoutes=no") ||
           has_line(lines, "ManageForeignRoutes=false");
}

std::optional<std::int64_t> mtu_of(const Subject& subject, const std::string& interface) {
    const auto text = read_file_if_exists(subject.root.at("/sys/class/net/" + interface + "/mtu"));
    return text ? parse_integer(trim(*text)) : std::nullopt;
}

} // namespace

Answer check_networkd(const Subject& subject) {
    const std::string name = "Networkd";
    if (!contains(subject.active_units, "systemd-networkd.service")) {
        return {{}, {{name, "systemd-networkd does not run"}}, {}};
    }
    if (const auto file = file_that_takes_over(subject.root); subject.runs_pods && !file.empty()) {
        return {{{name, Severity::warning,
                  file + " matches the interfaces of pods too: systemd-networkd takes their "
                         "addresses away",
                  "name the machine's own interfaces in [Match] (Name=en* eth*), then: networkctl "
                  "reload"}}};
    }
    if (subject.has_overlay && !keeps_foreign_routes(subject.root)) {
        return {{{name, Severity::warning,
                  "when systemd-networkd restarts, as an upgrade of systemd makes it, it removes "
                  "the routes to other nodes' pods",
                  "write [Network] ManageForeignRoutes=no, ManageForeignRoutingPolicyRules=no into "
                  "/etc/systemd/networkd.conf.d/50-k8s-node.conf"}}};
    }
    return {{}, {{name, "systemd-networkd leaves pods' interfaces and routes alone"}}, {}};
}

Answer check_network_manager(const Subject& subject) {
    const std::string name = "NetworkManager";
    if (!subject.runs_pods || !contains(subject.active_units, "NetworkManager.service")) {
        return {{}, {{name, "NetworkManager does not run here"}}, {}};
    }
    const auto lines = configured_lines(
        subject.root, {"/usr/lib/NetworkManager/conf.d", "/etc/NetworkManager/NetworkManager.conf",
                       "/run/NetworkManager/conf.d", "/etc/NetworkManager/conf.d"});
    if (lines.find("unmanaged-devices=") == std::string::npos &&
        lines.find("managed=0") == std::string::npos) {
        return {{{name, Severity::warning,
                  "NetworkManager runs and may configure the interfaces of pods",
                  "write [keyfile] unmanaged-devices=interface-name:cni0;interface-name:veth*;"
                  "interface-name:flannel* into /etc/NetworkManager/conf.d/50-k8s-node.conf, then: "
                  "systemctl reload NetworkManager"}}};
    }
    return {{}, {{name, "NetworkManager leaves some interfaces alone by its configuration"}}, {}};
}

Answer check_mtu(const Subject& subject) {
    const std::string name = "Mtu";
    const auto& uplink = subject.facts.default_interface;
    const auto outer = uplink.empty() ? std::nullopt : mtu_of(subject, uplink);
    if (!outer) {
        return {{}, {{name, "there is no interface of a default route"}}, {}};
    }
    if (*outer < least_mtu) {
        return {{{name, Severity::warning,
                  uplink + " has an MTU of " + std::to_string(*outer) +
                      ", which is less than IPv6 and most tunnels need (1280)",
                  "ip link set " + uplink + " mtu 1500, or what its network carries"}}};
    }
    for (const auto* interface : {"flannel.1", "cni0"}) {
        const auto inner = mtu_of(subject, interface);
        const bool is_tunnelled = attributes_of(subject.root.at("/sys/class/net/flannel.1")) ||
                                  std::string(interface) == "flannel.1";
        const auto most = *outer - (is_tunnelled ? tunnel_header : 0);
        if (inner && *inner > most) {
            return {{{name, Severity::error,
                      std::string(interface) + " has an MTU of " + std::to_string(*inner) +
                          "; through " + uplink + " (" + std::to_string(*outer) + ") pass " +
                          std::to_string(most) + ": large packets of pods are lost",
                      "ip link set " + std::string(interface) + " mtu " + std::to_string(most) +
                          ", or give all machines' networks the same MTU; pods get it when they "
                          "start"}}};
        }
    }
    return {{}, {{name, uplink + " has " + std::to_string(*outer)}}, {}};
}

} // namespace k8s_node::doctor
