#include "loop/task_graph.hpp"

#include <algorithm>
#include <map>

#include "support/error.hpp"

namespace k8s_node {

namespace {

using Indices = std::map<std::string, std::size_t>;

Indices indices_of(const std::vector<TaskNode>& tasks) {
    Indices indices;
    for (const auto& task : tasks) {
        if (!indices.emplace(task.name, indices.size()).second) {
            throw Error("there are two tasks " + task.name);
        }
    }
    return indices;
}

std::size_t predecessor(const Indices& indices, const TaskNode& task, const std::string& name) {
    const auto found = indices.find(name);
    if (found == indices.end()) {
        throw Error("the task " + task.name + " is after " + name + ", which is no task");
    }
    return found->second;
}

} // namespace

TaskGraph::TaskGraph(const std::vector<TaskNode>& tasks) {
    const auto indices = indices_of(tasks);
    for (const auto& task : tasks) {
        Entry entry;
        for (const auto& name : task.after) {
            entry.after.push_back(predecessor(indices, task, name));
        }
        tasks_.push_back(std::move(entry));
    }
    auto trial = *this;
    for (auto next = trial.ready(); !next.empty(); next = trial.ready()) {
        std::ranges::for_each(next, [&](std::size_t task) { trial.finish(task); });
    }
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (trial.state(i) != TaskState::done) {
            throw Error("the task " + tasks[i].name + " would never begin: it, or one before it, " +
                        "is after itself");
        }
    }
}

bool TaskGraph::may_begin(const Entry& task) const {
    return task.state == TaskState::waiting &&
           std::ranges::all_of(task.after, [&](std::size_t before) {
               return tasks_[before].state == TaskState::done;
           });
}

std::vector<std::size_t> TaskGraph::ready() const {
    std::vector<std::size_t> tasks;
    for (std::size_t i = 0; i < tasks_.size() && !is_stopped_; ++i) {
        if (may_begin(tasks_[i])) {
            tasks.push_back(i);
        }
    }
    return tasks;
}

bool TaskGraph::is_over() const {
    return ready().empty() && std::ranges::none_of(tasks_, [](const Entry& task) {
               return task.state == TaskState::running;
           });
}

void TaskGraph::fail(std::size_t task) {
    tasks_.at(task).state = TaskState::failed;
    cancel();
}

void TaskGraph::cancel() {
    is_stopped_ = true;
    for (auto& task : tasks_) {
        if (task.state == TaskState::running) {
            task.state = TaskState::cancelled;
        }
    }
}

} // namespace k8s_node
