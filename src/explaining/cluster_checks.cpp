#include <unistd.h>

#include "cluster/curl_transport.hpp"
#include "explaining/patient.hpp"
#include "loop/background.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using doctor::Answer;

constexpr std::chrono::milliseconds patience{1000};

std::vector<cluster::NodeVersions> ask_for_nodes(const std::string& kubeconfig,
                                                 const System& system) {
    std::vector<cluster::NodeVersions> nodes;
    Background asking(system.loop, [&] {
        cluster::CurlTransport transport(read_kubeconfig(kubeconfig, system.root), system.loop);
        cluster::ApiClient client(transport);
        nodes = cluster::list_nodes(client);
    });
    if (!system.loop.run_until([&] { return asking.has_ended(); },
                               EventLoop::Clock::now() + patience)) {
        throw Error("the API server did not answer within a second");
    }
    asking.finish();
    return nodes;
}

Answer look_for_twins(const Patient& patient, const System& system) {
    const std::string name = "MachineIdUnique";
    const auto& access = patient.current.manifest.cluster;
    const std::string id(trim(read_file(system.root.at("/etc/machine-id"))));
    const auto nodes = ask_for_nodes(access.admin_kubeconfig, system);
    return {check_twins(patient.current.manifest.node_name, id, nodes),
            {{name, "no other of " + std::to_string(nodes.size()) + " nodes has this one's"}},
            {}};
}

} // namespace

Findings check_twins(const std::string& node_name, const std::string& machine_id,
                     const std::vector<cluster::NodeVersions>& nodes) {
    std::vector<std::string> twins;
    for (const auto& node : nodes) {
        if (node.name != node_name && !machine_id.empty() && node.machine_id == machine_id) {
            twins.push_back(node.name);
        }
    }
    if (twins.empty()) {
        return {};
    }
    return {{"MachineIdUnique", Severity::warning,
             "the machine ID of this node is also that of " + join(twins, ", ") +
                 ": the machines are copies of one, and DHCP and the journal take them for the "
                 "same",
             "give all but one an ID of their own: rm /etc/machine-id; systemd-machine-id-setup; "
             "reboot"}};
}

std::vector<doctor::Check> cluster_checks(const Patient& patient, const System& system) {
    const auto& kubeconfig = patient.current.manifest.cluster.admin_kubeconfig;
    if (!patient.number || system.services == nullptr || kubeconfig.empty() || ::geteuid() != 0) {
        return {};
    }
    return {{{"MachineIdUnique"}, [&] { return look_for_twins(patient, system); }}};
}

} // namespace k8s_node
