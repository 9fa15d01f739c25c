// Emptying a node of its pods before it is changed, by the eviction API, so
// that PodDisruptionBudgets are kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cluster/api_client.hpp"
#include "cluster/drain_plan.hpp"

namespace k8s_node::cluster {

/// plan_drain() of the pods that are on the node now.
[[nodiscard]] DrainPlan plan_drain(ApiClient& client, std::string_view node);

/// Has the scheduler send new pods elsewhere, and marks the node as cordoned by
/// us. False, and no mark, when somebody else has cordoned it already.
bool cordon(ApiClient& client, std::string_view node);
/// Whether a Node object bears the mark of cordon(). Pure.
[[nodiscard]] bool is_cordoned_by_us(const nlohmann::json& node);
/// Undoes cordon(), also that of an earlier run. False when it was not us.
bool uncordon(ApiClient& client, std::string_view node);

/// Told once of each pod that is gone and of each reason for waiting.
using DrainObserver = std::function<void(const std::string& message)>;

/// Evicts what plan_drain() says and waits until it is gone. A budget that
/// forbids an eviction is asked again until the deadline. Throws
/// Error(not_ready) then, naming pods and budgets. Does not cordon.
void drain(ApiClient& client, std::string_view node, Clock::time_point deadline,
           const DrainObserver& observer);

} // namespace k8s_node::cluster
