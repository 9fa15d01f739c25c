#include "language/cycles.hpp"

#include <algorithm>

namespace k8s_node {

namespace {

/// Depth-first search; a node that is done is never entered again.
class Search {
public:
    explicit Search(const std::vector<Edge>& edges) {
        for (const auto& edge : edges) {
            by_start_[edge.from].push_back(&edge);
        }
    }

    std::vector<std::vector<Edge>> run() {
        for (const auto& [name, edges] : by_start_) {
            visit(name);
        }
        return std::move(cycles_);
    }

private:
    enum class State { unseen, on_path, left };

    void visit(const std::string& name) {
        if (state_[name] == State::left) {
            return;
        }
        state_[name] = State::on_path;
        const auto found = by_start_.find(name);
        if (found != by_start_.end()) {
            for (const auto* edge : found->second) {
                follow(*edge);
            }
        }
        state_[name] = State::left;
    }

    void follow(const Edge& edge) {
        path_.push_back(edge);
        if (state_[edge.to] == State::on_path) {
            const auto start = std::find_if(path_.begin(), path_.end(),
                                            [&](const Edge& e) { return e.from == edge.to; });
            cycles_.emplace_back(start, path_.end());
        } else {
            visit(edge.to);
        }
        path_.pop_back();
    }

    std::map<std::string, std::vector<const Edge*>> by_start_;
    std::map<std::string, State> state_;
    std::vector<Edge> path_;
    std::vector<std::vector<Edge>> cycles_;
};

} // namespace

std::vector<std::vector<Edge>> find_cycles(const std::vector<Edge>& edges) {
    return Search(edges).run();
}

std::string cycle_text(const std::vector<Edge>& cycle) {
    std::string text = cycle.empty() ? "" : cycle.front().from;
    for (const auto& edge : cycle) {
        text += " -> " + edge.to;
    }
    return text;
}

} // namespace k8s_node
