#include "cluster/drain_plan.hpp"

#include <algorithm>

#include "cluster/json_text.hpp"

namespace k8s_node::cluster {

using Json = nlohmann::json;

namespace {

/// Returns the kind of the controller that would recreate the pod; empty without one.
std::string controller_kind(const Json& pod) {
    for (const auto& owner : part_at(part_at(pod, "metadata"), "ownerReferences")) {
        if (flag_at(owner, "controller")) {
            return text_at(owner, "kind");
        }
    }
    return {};
}

/// True for a mirror pod of a manifest on the node; deleting it has no effect.
bool is_mirror(const Json& pod) {
    return part_at(part_at(pod, "metadata"), "annotations").contains("kubernetes.io/config.mirror");
}

bool has_ended(const Json& pod) {
    const auto phase = text_at(part_at(pod, "status"), "phase");
    return phase == "Succeeded" || phase == "Failed";
}

bool has_scratch(const Json& pod) {
    return std::ranges::any_of(part_at(part_at(pod, "spec"), "volumes"),
                               [](const Json& volume) { return volume.contains("emptyDir"); });
}

} // namespace

std::string pod_name(const Json& pod) {
    const auto metadata = part_at(pod, "metadata");
    return text_at(metadata, "namespace") + "/" + text_at(metadata, "name");
}

bool stays_in_drain(const Json& pod) {
    return is_mirror(pod) || (controller_kind(pod) == "DaemonSet" && !has_ended(pod));
}

DrainPlan plan_drain(const Json& pods) {
    DrainPlan plan;
    for (const auto& pod : part_at(pods, "items")) {
        const auto name = pod_name(pod);
        if (stays_in_drain(pod)) {
            plan.stay.push_back(name);
            continue;
        }
        plan.evict.push_back(name);
        if (!has_ended(pod) && controller_kind(pod).empty()) {
            plan.unmanaged.push_back(name);
        }
        if (!has_ended(pod) && has_scratch(pod)) {
            plan.scratch.push_back(name);
        }
    }
    return plan;
}

} // namespace k8s_node::cluster
