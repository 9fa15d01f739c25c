// Drains a node before it is changed, through the eviction API, so that PodDisruptionBudgets are
// respected.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cluster/api_client.hpp"
#include "cluster/drain_plan.hpp"

namespace k8s_node::cluster {

/// Returns plan_drain() of the pods that are on the node now.
[[nodiscard]] DrainPlan plan_drain(ApiClient& client, std::string_view node);

/// Cordons the node and marks it as cordoned by us. Returns false, and sets no mark, if somebody
/// else has already cordoned it.
bool cordon(ApiClient& client, std::string_view node);
/// True if a Node object has the mark of cordon(). Pure.
[[nodiscard]] bool is_cordoned_by_us(const nlohmann::json& node);
/// Undoes cordon(), even that of an earlier run. Returns false if we had not cordoned it.
bool uncordon(ApiClient& client, std::string_view node);

/// Called once for each pod that is gone and for each reason for waiting.
using DrainObserver = std::function<void(const std::string& message)>;

/// Evicts the pods of plan_drain() and waits until they are gone. Retries evictions that a budget
/// forbids until the deadline. Then throws Error(not_ready) naming pods and budgets. Does not
/// cordon.
void drain(ApiClient& client, std::string_view node, Clock::time_point deadline,
           const DrainObserver& observer);

} // namespace k8s_node::cluster
