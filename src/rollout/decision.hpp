// Whose turn it is. Pure: it knows the wish and what the Node objects say, and every control plane
// comes to the same decision.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/version.hpp"
#include "rollout/report.hpp"
#include "rollout/wish.hpp"

namespace k8s_node::rollout {

/// A node as its Node object shows it.
struct NodeView {
    std::string name;
    bool is_control_plane = false;
    std::string not_ready;        ///< why it is not Ready; empty if it is
    Version kubelet;              ///< that runs on it
    std::optional<Report> report; ///< nullopt: it takes part in no rollouts
    std::string
        not_ready_since{}; ///< utc_text(); empty if it is Ready, or the cluster does not say
};

[[nodiscard]] NodeView view_of(const Json& node);

struct Decision {
    std::optional<Wish> next; ///< the wish as it shall be; nullopt: there is nothing to change
    std::string status;       ///< what happens, or what is waited for, in a few words
};

/// Decides on the next step of a wish:
/// - a turn that has ended is taken back, one that has failed stops the rollout: no other node is
///   touched any more;
/// - control planes first, one at a time; workers when all of them have done it, no kubelet being
///   newer than any API server, as many at once as the wish says;
/// - a turn is given only while every node takes part and each whose turn it is not is Ready;
/// - after `until` no turn is given: the rollout is stopped once nobody is in the middle.
[[nodiscard]] Decision decide(const Wish& wish, const std::vector<NodeView>& nodes,
                              std::chrono::sys_seconds now);

/// True if a node has done what a wish is about, whenever that was asked for.
[[nodiscard]] bool has_done(const NodeView& node, const Wish& wish);

/// True if a node is in the middle of a turn, whatever for, or may begin it at any moment.
[[nodiscard]] bool is_in_turn(const NodeView& node, const Wish& wish);

/// Returns since when a node whose turn it is has not been heard of, and what is to be done if it
/// is gone for good: while its Node object is there it may come back, and goes on with its turn.
/// Empty if it is Ready or not its turn.
[[nodiscard]] std::string absence_text(const NodeView& node, const Wish& wish);

} // namespace k8s_node::rollout
