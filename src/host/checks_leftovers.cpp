#include <algorithm>

#include "host/checks.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace {

bool is_ours(const SocketHolder& holder, const std::vector<std::string>& our_units) {
    return std::ranges::any_of(holder.units,
                               [&](const auto& unit) { return contains(our_units, unit); });
}

/// With socket activation PID 1 holds a copy; the service is the one to name.
const SocketHolder& who_to_name(const std::vector<SocketHolder>& holders) {
    const auto other =
        std::ranges::find_if(holders, [](const auto& holder) { return holder.pid != 1; });
    return other == holders.end() ? holders.front() : *other;
}

std::string describe(const SocketHolder& holder) {
    std::string text = holder.command + " (process " + std::to_string(holder.pid);
    if (!holder.units.empty()) {
        text += ", " + holder.units.back();
    }
    return text + ")";
}

} // namespace

std::string path_in_name(std::string_view path) {
    return replace_all(path, "/", "-");
}

Findings check_port(const PortObservation& seen, const std::vector<std::string>& our_units) {
    const auto& claim = seen.claim;
    if (seen.free || has_our_holder(seen.holders, our_units)) {
        return {};
    }
    const auto port = std::to_string(claim.port);
    const std::string what = "port " + port + (claim.transport == Transport::tcp ? "" : "/udp") +
                             ", which " + claim.service + " needs, is held by ";
    if (seen.holders.empty()) {
        return {
            {"Port-" + port, Severity::error,
             what + "a holder without a visible process (the kernel, or a process of another PID "
                    "namespace)",
             "find it from outside this container, or give " + claim.service + " another port"}};
    }
    const auto holder = name_holder(seen.holders);
    return {{"Port-" + port, Severity::error, what + holder.who,
             holder.remedy + ", or give " + claim.service + " another port"}};
}

NamedHolder name_holder(const std::vector<SocketHolder>& holders) {
    const auto& holder = who_to_name(holders);
    return {describe(holder),
            holder.units.empty() ? "stop process " + std::to_string(holder.pid)
                                 : "stop it (systemctl disable --now " + holder.units.back() + ")"};
}

bool has_our_holder(const std::vector<SocketHolder>& holders,
                    const std::vector<std::string>& our_units) {
    return std::ranges::any_of(holders,
                               [&](const auto& holder) { return is_ours(holder, our_units); });
}

Findings check_unit_files(const std::vector<UnitFileSeen>& seen) {
    Findings findings;
    for (const auto& file : seen) {
        const auto name = "ForeignUnit-" + file.unit;
        if (file.masked) {
            findings.push_back(
                {name, Severity::error,
                 file.unit + " is masked by " + file.path + ", so ours could not be started",
                 "run: systemctl unmask " + file.unit});
        } else {
            findings.push_back(
                {name, Severity::error,
                 file.path + " is not ours: something else on this machine manages " + file.unit,
                 "remove the package or file that it came from (dpkg -S " + file.path +
                     " or rpm -qf " + file.path + " names the package)"});
        }
    }
    return findings;
}

Findings check_drop_ins(const std::vector<DropInSeen>& seen) {
    Findings findings;
    for (const auto& file : seen) {
        const auto name = "ForeignDropIn-" + file.unit;
        findings.push_back(
            {name, Severity::error,
             file.path + " existed before the node and would change how " + file.unit + " runs",
             "remove it, configure the same with 'override' in node.yaml, or keep it with "
             "--ignore-preflight " +
                 name});
    }
    return findings;
}

Findings check_kubeadm_files(const std::vector<FileSeen>& seen,
                             const std::vector<std::string>& ours) {
    Findings findings;
    for (const auto& [path, trouble] : seen) {
        const auto name = "FileAvailable-" + path_in_name(path);
        if (!trouble.empty()) {
            findings.push_back({name, Severity::error,
                                "another tool may have set up a node: whether there is " + path +
                                    " cannot be told (" + trouble + ")",
                                unseen_hint});
        } else if (!contains(ours, path)) {
            findings.push_back(
                {name, Severity::error,
                 path + " is not ours: this machine is, or was, a node that another tool set up",
                 "remove the machine from its cluster first (kubeadm reset), then run the same "
                 "command again"});
        }
    }
    return findings;
}

Findings check_data(const std::vector<ForeignData>& found) {
    Findings findings;
    for (const auto& data : found) {
        const auto name = "DirAvailable-" + path_in_name(data.path);
        if (!data.trouble.empty()) {
            findings.push_back({name, Severity::error,
                                "whether " + data.path +
                                    " contains data that k8s-node-install did not create cannot be "
                                    "told (" +
                                    data.trouble + ")",
                                unseen_hint});
            continue;
        }
        findings.push_back(
            {name, Severity::error,
             data.path + " contains data that k8s-node-install did not create: " + data.what,
             "if it belongs to another node, remove that from the machine first (kubeadm reset), "
             "or move the data away; to run with it, use --ignore-preflight " +
                 name + ": a reset then keeps it"});
    }
    return findings;
}

} // namespace k8s_node::host
