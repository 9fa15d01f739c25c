// A cluster that does what a rollout asks of it.
#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "rollout/decision.hpp"

namespace k8s_node::rollout {

inline constexpr std::chrono::sys_seconds test_now{std::chrono::seconds(1'800'000'000)};
inline constexpr Version old_version{1, 36, 3};
inline constexpr Version new_version{1, 37, 2};

inline NodeView plane(const std::string& name) {
    return {name, true, "", old_version, Report{}};
}

inline NodeView worker(const std::string& name) {
    return {name, false, "", old_version, Report{}};
}

inline Wish wish_for(int workers_at_once = 1) {
    Wish wish;
    wish.id = "abc";
    wish.begun = "2027-01-15T08:00:00Z";
    wish.release = new_version.text();
    wish.release_text = "release: 1.37.2\n";
    wish.workers_at_once = workers_at_once;
    return wish;
}

/// Nodes whose turns begin and end in an order that a seed decides.
class ClusterModel {
public:
    ClusterModel(int planes, int workers, unsigned seed) : random_(seed) {
        for (int i = 1; i <= planes; ++i) {
            nodes_.push_back(plane("m" + std::to_string(i)));
        }
        for (int i = 1; i <= workers; ++i) {
            nodes_.push_back(worker("w" + std::to_string(i)));
        }
        std::ranges::shuffle(nodes_, random_);
    }

    /// This node rolls itself back.
    void break_node(const std::string& name) { broken_.insert(name); }

    /// One thing happens: a decision is made, or a node goes on. Returns false if nothing can.
    bool step(Wish& wish) {
        std::vector<NodeView*> movable;
        for (auto& node : nodes_) {
            if (can_move(node, wish)) {
                movable.push_back(&node);
            }
        }
        const auto decision = decide(wish, nodes_, test_now);
        const auto choices = movable.size() + (decision.next ? 1 : 0);
        if (choices == 0) {
            return false;
        }
        const auto chosen = std::uniform_int_distribution<std::size_t>(0, choices - 1)(random_);
        if (chosen < movable.size()) {
            move(*movable[chosen], wish);
        } else {
            wish = *decision.next;
        }
        return true;
    }

    [[nodiscard]] std::vector<NodeView>& nodes() { return nodes_; }
    /// Names in the order in which their turns began.
    [[nodiscard]] const std::vector<std::string>& begun() const { return begun_; }

    [[nodiscard]] long count_running(bool control_plane) const {
        return std::ranges::count_if(nodes_, [&](const NodeView& node) {
            return node.is_control_plane == control_plane &&
                   node.report->progress == Progress::running;
        });
    }

private:
    static bool can_move(const NodeView& node, const Wish& wish) {
        const bool given = wish.state == State::running && wish.turns.contains(node.name) &&
                           node.report->key != wish.key();
        return given || node.report->progress == Progress::running;
    }

    void move(NodeView& node, const Wish& wish) {
        if (node.report->progress != Progress::running) {
            node.report = Report{Progress::running, wish.key(), ""};
            node.not_ready = "its kubelet restarts";
            begun_.push_back(node.name);
            return;
        }
        node.not_ready.clear();
        if (broken_.contains(node.name)) {
            node.report = Report{Progress::failed, node.report->key, "an unknown flag"};
        } else {
            node.kubelet = new_version;
            node.report = Report{Progress::done, node.report->key, ""};
        }
    }

    std::minstd_rand random_;
    std::vector<NodeView> nodes_;
    std::vector<std::string> begun_;
    std::set<std::string> broken_;
};

} // namespace k8s_node::rollout
