#include "rollout/decision.hpp"

#include <algorithm>
#include <utility>

#include "cluster/json_text.hpp"
#include "cluster/node_ready.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node::rollout {

namespace {

using cluster::part_at;
using cluster::text_at;

class Round {
public:
    Round(const Wish& wish, const std::vector<NodeView>& nodes, std::chrono::sys_seconds now)
        : wish_(wish), nodes_(nodes), now_(now) {
        for (const auto& node : nodes) {
            if (is_in_turn(node, wish)) {
                in_turn_.push_back(&node);
            } else if (!has_done(node, wish)) {
                left_.push_back(&node);
            }
        }
        std::ranges::sort(left_, {}, [](const NodeView* node) {
            return std::pair(!node->is_control_plane, node->name);
        });
    }

    Decision decide() {
        if (auto ended = end_turns()) {
            return *std::move(ended);
        }
        if (left_.empty()) {
            return in_turn_.empty() ? end(State::done, "") : Decision{{}, turns_text()};
        }
        if (const auto why = why_wait(*left_.front()); !why.empty()) {
            return {{}, why};
        }
        if (wish_.until && now_ >= *wish_.until) {
            return in_turn_.empty()
                       ? end(State::stopped, "no turn begins after " + utc_text(*wish_.until))
                       : Decision{{}, turns_text()};
        }
        return give_turn(*left_.front());
    }

private:
    /// Returns the wish without turns that are over, or stopped by one that failed.
    std::optional<Decision> end_turns() {
        auto next = wish_;
        std::vector<std::string> over;
        for (const auto& node : nodes_) {
            const bool is_of_this = node.report && node.report->key == wish_.key();
            if (is_of_this && node.report->progress == Progress::failed) {
                next.state = State::stopped;
                next.reason = "node " + node.name + ": " + node.report->reason;
                next.turns.erase(node.name);
                return Decision{next, "stopped, since the turn of " + next.reason};
            }
        }
        for (const auto& name : wish_.turns) {
            const auto* node = find(name);
            if (node == nullptr || has_done(*node, wish_)) {
                next.turns.erase(name);
                over.push_back(node == nullptr ? "node " + name + " is no longer in the cluster"
                                               : "node " + name + " has had its turn");
            }
        }
        return over.empty() ? std::nullopt : std::optional(Decision{next, join(over, "; ")});
    }

    /// Returns the reason why it is not the turn of `candidate` yet; empty if it may be.
    [[nodiscard]] std::string why_wait(const NodeView& candidate) const {
        const std::size_t at_once =
            candidate.is_control_plane ? 1 : static_cast<std::size_t>(wish_.workers_at_once);
        const bool control_plane_in_turn = std::ranges::any_of(
            in_turn_, [](const NodeView* node) { return node->is_control_plane; });
        if (in_turn_.size() >= at_once || control_plane_in_turn) {
            return turns_text();
        }
        for (const auto& node : nodes_) {
            if (!node.report) {
                return "waits for node " + node.name +
                       " to take part: k8s-node-rollout.service does not run there";
            }
            if (!node.not_ready.empty() && !is_in_turn(node, wish_)) {
                return "waits for node " + node.name + " to be Ready: " + node.not_ready;
            }
            if (!candidate.is_control_plane && is_too_old(node)) {
                return "waits for control plane " + node.name + ", whose kubelet still reports " +
                       node.kubelet.text();
            }
        }
        return {};
    }

    /// True for a control plane that a worker would be newer than.
    [[nodiscard]] bool is_too_old(const NodeView& node) const {
        const auto target = parse_version(wish_.release).value_or(Version{});
        return node.is_control_plane && std::pair(node.kubelet.major, node.kubelet.minor) <
                                            std::pair(target.major, target.minor);
    }

    [[nodiscard]] Decision give_turn(const NodeView& node) const {
        auto next = wish_;
        next.turns.insert(node.name);
        return {next, "it is the turn of node " + node.name};
    }

    [[nodiscard]] Decision end(State state, const std::string& reason) const {
        auto next = wish_;
        next.state = state;
        next.reason = reason;
        return {next, to_text(state) + (reason.empty() ? "" : ": " + reason)};
    }

    [[nodiscard]] std::string turns_text() const {
        std::vector<std::string> names;
        for (const auto* node : in_turn_) {
            const bool has_begun = node->report && node->report->progress == Progress::running;
            names.push_back(node->name + (has_begun ? "" : " (has not begun)"));
        }
        return "it is the turn of " + join(names, ", ");
    }

    [[nodiscard]] const NodeView* find(const std::string& name) const {
        const auto found = std::ranges::find(nodes_, name, &NodeView::name);
        return found == nodes_.end() ? nullptr : &*found;
    }

    const Wish& wish_;
    const std::vector<NodeView>& nodes_;
    std::chrono::sys_seconds now_;
    std::vector<const NodeView*> in_turn_;
    std::vector<const NodeView*> left_;
};

} // namespace

NodeView view_of(const Json& node) {
    const auto metadata = part_at(node, "metadata");
    const auto labels = part_at(metadata, "labels");
    const auto info = part_at(part_at(node, "status"), "nodeInfo");
    const auto state = cluster::state_of_node(node);
    return {text_at(metadata, "name"),
            labels.contains("node-role.kubernetes.io/control-plane"),
            state.phase == cluster::NodePhase::ready ? "" : state.text(),
            parse_version(text_at(info, "kubeletVersion")).value_or(Version{}),
            report_of(node),
            state.phase == cluster::NodePhase::ready ? "" : cluster::changed_state_at(node)};
}

bool has_done(const NodeView& node, const Wish& wish) {
    return node.report && node.report->progress == Progress::done &&
           id_of_key(node.report->key) == wish.id;
}

bool is_in_turn(const NodeView& node, const Wish& wish) {
    if (node.report && node.report->progress == Progress::running) {
        return true;
    }
    const bool has_ended = node.report && node.report->key == wish.key();
    return wish.state == State::running && wish.turns.contains(node.name) && !has_ended;
}

std::string absence_text(const NodeView& node, const Wish& wish) {
    if (node.not_ready.empty() || !is_in_turn(node, wish)) {
        return {};
    }
    return "node " + node.name + " is in its turn and not Ready" +
           (node.not_ready_since.empty() ? "" : " since " + node.not_ready_since) +
           "; no other one begins until it is back and has ended it. If it is gone for good: "
           "k8s-node-install node remove " +
           node.name;
}

Decision decide(const Wish& wish, const std::vector<NodeView>& nodes,
                std::chrono::sys_seconds now) {
    if (wish.state != State::running) {
        return {{}, to_text(wish.state) + (wish.reason.empty() ? "" : ": " + wish.reason)};
    }
    return Round(wish, nodes, now).decide();
}

} // namespace k8s_node::rollout
