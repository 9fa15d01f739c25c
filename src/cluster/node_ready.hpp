// Waits until a node is Ready according to the API server.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cluster/api_client.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node::cluster {

enum class NodePhase {
    unreachable,  ///< the API server does not respond
    unregistered, ///< the kubelet has not created its Node object yet
    not_ready,
    ready,
};

/// The readiness of a node, as far as it is known.
struct NodeState {
    NodePhase phase = NodePhase::unreachable;
    std::string reason;  ///< "KubeletNotReady"
    std::string message; ///< "container runtime network not ready: …"
    bool operator==(const NodeState&) const = default;

    /// One line for people.
    [[nodiscard]] std::string text() const;
};

/// Reads the Ready condition of a Node object. Pure.
[[nodiscard]] NodeState state_of_node(const nlohmann::json& node);

/// Returns since when a Node object has had its readiness, as the cluster writes times; empty if it
/// does not say. Pure.
[[nodiscard]] std::string changed_state_at(const nlohmann::json& node);

/// Called for each change, including the first state.
using NodeObserver = std::function<void(const NodeState&)>;

/// The conditions under which a node counts as Ready.
struct ReadyWanted {
    /// The kubelet must have reported at or after this time, by its own clock: reports of an
    /// earlier kubelet do not count.
    std::chrono::sys_seconds reported_since{};
    /// For this long without interruption; an interruption or a lost connection restarts it.
    std::chrono::milliseconds hold{0};
};

/// Waits in `loop`. Lists the node, then watches it until it is Ready as required; starts again if
/// the watch ends or the connection breaks. Throws Error(not_ready) with the last state at the
/// deadline, ApiError at once if the server rejects the request.
void wait_for_node_ready(EventLoop& loop, ApiClient& client, std::string_view name,
                         Clock::time_point deadline, const NodeObserver& observer,
                         const ReadyWanted& wanted = {});

/// Returns when the kubelet last reported on readiness; nullopt if it never has. Pure.
[[nodiscard]] std::optional<std::chrono::sys_seconds> heartbeat_of_node(const nlohmann::json& node);

} // namespace k8s_node::cluster
