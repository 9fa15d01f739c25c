// Which tasks may run, given which have ended. Pure.
#pragma once

#include <string>
#include <vector>

namespace k8s_node {

enum class TaskState {
    waiting, ///< not begun
    running,
    done,
    failed,
    cancelled, ///< while it ran
};

/// A task by its name, and the tasks that must be done before it begins.
struct TaskNode {
    std::string name;
    std::vector<std::string> after;
};

/// The states of tasks that depend on each other, by their index. The first failure, or cancel(),
/// cancels what runs, and nothing begins any more.
class TaskGraph {
public:
    /// Throws Error if a name is used twice, a predecessor is unknown or tasks wait for each other
    /// in a circle.
    explicit TaskGraph(const std::vector<TaskNode>& tasks);

    /// Returns the tasks that may begin now, in the given order.
    [[nodiscard]] std::vector<std::size_t> ready() const;
    [[nodiscard]] TaskState state(std::size_t task) const { return tasks_.at(task).state; }
    /// True if no task runs and none will begin.
    [[nodiscard]] bool is_over() const;

    /// For a task that is ready().
    void begin(std::size_t task) { tasks_.at(task).state = TaskState::running; }
    /// For a running task.
    void finish(std::size_t task) { tasks_.at(task).state = TaskState::done; }
    void fail(std::size_t task);
    void cancel();

private:
    struct Entry {
        std::vector<std::size_t> after;
        TaskState state = TaskState::waiting;
    };

    [[nodiscard]] bool may_begin(const Entry& task) const;

    std::vector<Entry> tasks_;
    bool is_stopped_ = false;
};

} // namespace k8s_node
