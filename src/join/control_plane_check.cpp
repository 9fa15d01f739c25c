#include "join/control_plane_check.hpp"

namespace k8s_node {

namespace {

Finding error(const char* name, const std::string& message, const std::string& hint) {
    return {name, Severity::error, message, hint};
}

Finding no_keys(const JoinData& data, const NodeSpec& spec) {
    return error("JoinProfile",
                 "profile " + spec.profile +
                     " needs the keys of its cluster, which the join data " +
                     "do not have: " + data.at.text(),
                 "on a control plane: k8s-node-install token create --profile master; or join with "
                 "--profile worker");
}

/// Returns the keys of this machine that are not those of the cluster: nothing overwrites them.
Findings other_keys(const JoinData& data, const Root& root) {
    Findings findings;
    for (const auto& [name, text] : data.keys) {
        const auto path = root.at(PkiSpec{}.directory) / name;
        const auto there = read_file_if_exists(path);
        if (there && !is_same_cluster_key(name, *there, text)) {
            findings.push_back(error("JoinKeys",
                                     path.string() + " exists already, and is not that of the " +
                                         "cluster of the join data",
                                     "if nothing needs it any more, move it away; k8s-node-install "
                                     "reset removes what this program made"));
        }
    }
    return findings;
}

const Tree* value_of(const NodeSpec& spec, const std::string& name) {
    const auto found = spec.settings.find(name);
    return found == spec.settings.end() || !found->second.value ? nullptr : &*found->second.value;
}

/// Two of them would do the same work at the same time.
Findings alone(const NodeSpec& spec) {
    Findings findings;
    for (const std::string name : {"kube-controller-manager", "kube-scheduler"}) {
        const auto* elects = value_of(spec, name + ".leader_elect");
        if (elects != nullptr && elects->as_bool() == false) {
            findings.push_back(error(
                "LeaderElection", name + " would run beside another one without leader election",
                "--set " + name + ".leader_elect=true; the profile master does"));
        }
    }
    return findings;
}

/// A profile can know only the pod network of the first node.
Findings shared_pod_network(const NodeSpec& spec) {
    const auto* network = value_of(spec, "bridge-network.node_cidr");
    if (network == nullptr || network->at().layer() != "profile") {
        return {};
    }
    return {error("PodNetwork",
                  "bridge-network.node_cidr is " + network->text() +
                      ", the pod network of the first control plane",
                  "give this one its own: --set bridge-network.node_cidr=NETWORK; with "
                  "cluster.network flannel each node gets one by itself")};
}

} // namespace

Findings check_control_plane(const JoinData& data, const NodeSpec& spec, const Root& root) {
    if (data.keys.empty()) {
        return {no_keys(data, spec)};
    }
    auto findings = other_keys(data, root);
    if (!data.begins || !data.control_planes.empty()) {
        append(findings, alone(spec));
    }
    if (!data.begins) {
        append(findings, shared_pod_network(spec));
    }
    return findings;
}

} // namespace k8s_node
