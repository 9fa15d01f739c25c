#include "engine/resource_table.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "cluster_resources/node_resource.hpp"
#include "cluster_resources/object_resource.hpp"
#include "cluster_resources/pods_resource.hpp"
#include "cluster_resources/seed_token_resource.hpp"
#include "resources/artifact_resource.hpp"
#include "resources/current_generation_resource.hpp"
#include "resources/directory_resource.hpp"
#include "resources/file_resource.hpp"
#include "resources/join_resource.hpp"
#include "resources/kernel_parameter_resource.hpp"
#include "resources/state_resource.hpp"
#include "resources/triggers.hpp"
#include "resources/user_resource.hpp"
#include "runtime_resources/cgroup_resource.hpp"
#include "runtime_resources/data_tree_resource.hpp"
#include "runtime_resources/firewall_resource.hpp"
#include "runtime_resources/interface_resource.hpp"
#include "runtime_resources/mount_resource.hpp"
#include "runtime_resources/network_namespace_resource.hpp"
#include "runtime_resources/process_resource.hpp"
#include "runtime_resources/route_resource.hpp"
#include "unit_resources/unit_resource.hpp"

namespace k8s_node {

std::span<const ResourceKind* const> kinds_in_effect() {
    static const std::array kinds = {
        &artifact_kind(),   &pki_kind(),  &join_kind(),
        &directory_kind(),  &file_kind(), &kernel_parameter_kind(),
        &trigger_kind(), // of the files and parameters before it
        &generation_kind(), &unit_kind(), &object_kind(),
        &seed_token_kind(), // of machines that need these objects
        &node_kind(),       // waits for the kubelet if its unit starts
        &joined_kind(),     // when the node has its identity
        &pods_kind(),       // after every change
    };
    return kinds;
}

std::span<const ResourceKind* const> kinds_taken_away() {
    static const std::array kinds = {
        &unit_kind(),
        &node_kind(),
        &process_kind(),
        &mount_kind(),
        &interface_kind(),
        &route_kind(), // that went with no interface
        &firewall_kind(),
        &cgroup_kind(), // when their processes have ended
        &data_tree_kind(),
        &network_namespace_kind(),
        &file_kind(),
        &user_kind(),
        &kernel_parameter_kind(),
        &trigger_kind(),
        &generation_kind(),
        &artifact_kind(),
        &state_kind(),
        &directory_kind(), // when they are empty
    };
    return kinds;
}

std::vector<Change> changes_of(const ResourceKind& kind, const Plan& plan) {
    std::vector<Change> changes;
    std::ranges::copy_if(plan.changes, std::back_inserter(changes),
                         [&](const Change& change) { return kind.makes(change.kind); });
    return changes;
}

void apply_kind(const ResourceKind& kind, const Plan& plan, Application& application,
                System& system) {
    const auto changes = changes_of(kind, plan);
    if (!changes.empty()) {
        kind.apply(changes, application, system);
    }
}

} // namespace k8s_node
