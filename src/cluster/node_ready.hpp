// Waiting until a node is Ready, as the API server tells it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cluster/api_client.hpp"

namespace k8s_node::cluster {

enum class NodePhase {
    unreachable,  ///< the API server does not answer
    unregistered, ///< the kubelet has not made its Node object yet
    not_ready,
    ready,
};

/// What is known of a node's readiness.
struct NodeState {
    NodePhase phase = NodePhase::unreachable;
    std::string reason;  ///< "KubeletNotReady"
    std::string message; ///< "container runtime network not ready: …"
    bool operator==(const NodeState&) const = default;

    /// One line for people.
    [[nodiscard]] std::string text() const;
};

/// The Ready condition of a Node object. Pure.
[[nodiscard]] NodeState state_of_node(const nlohmann::json& node);

/// Told of each change, the first state included.
using NodeObserver = std::function<void(const NodeState&)>;

/// What counts as Ready.
struct ReadyWanted {
    /// The kubelet must have reported at or after this moment, by its own
    /// clock: what an earlier kubelet said does not count.
    std::chrono::sys_seconds reported_since{};
    /// For so long without a break; a break or a lost connection begins anew.
    std::chrono::milliseconds hold{0};
    /// Once requested, nobody cares any more: the wait returns.
    std::stop_token stop{};
};

/// Lists the node, then watches it until it is Ready as wanted; begins again
/// when the watch ends or the connection breaks. Throws Error(not_ready) with
/// the last state at the deadline, ApiError at once if the server refuses to
/// tell.
void wait_for_node_ready(ApiClient& client, std::string_view name, Clock::time_point deadline,
                         const NodeObserver& observer, const ReadyWanted& wanted = {});

/// When the kubelet last reported on readiness; nullopt if it never has. Pure.
[[nodiscard]] std::optional<std::chrono::sys_seconds> heartbeat_of_node(const nlohmann::json& node);

} // namespace k8s_node::cluster
