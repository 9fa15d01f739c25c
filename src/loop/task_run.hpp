// Runs operations that depend on each other, in parallel on one event loop.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "loop/task_graph.hpp"

namespace k8s_node {

/// Keeps an operation alive that goes on by callbacks of a loop; giving it up cancels it.
using Operation = std::shared_ptr<void>;

/// How a task tells what becomes of it. Valid as long as the task runs; may be called at any time,
/// also before Task::begin has returned and from within the operation's own callbacks.
class TaskProgress {
public:
    TaskProgress() = default;
    TaskProgress(const TaskProgress&) = delete;
    TaskProgress& operator=(const TaskProgress&) = delete;
    TaskProgress(TaskProgress&&) = delete;
    TaskProgress& operator=(TaskProgress&&) = delete;
    virtual ~TaskProgress() = default;

    /// Says why the task is not done: "connection refused".
    virtual void waits_for(std::string reason) = 0;
    /// Ends the task. Its operation is given up in a later iteration of the loop.
    virtual void done() = 0;
    virtual void fail(std::exception_ptr failure) = 0;
};

struct Task {
    std::string name;
    std::vector<std::string> after;        ///< names of tasks that must be done before
    std::chrono::milliseconds deadline{0}; ///< since its begin; it fails then, as not_ready
    /// Begins the operation and returns at once. An exception is a failure of the task.
    std::function<Operation(TaskProgress&)> begin;
};

/// The state that a task has reached.
struct TaskReport {
    std::string name;
    TaskState state = TaskState::waiting;
    std::string reason; ///< what it waits, or waited, for; empty if it did not say
    std::chrono::milliseconds elapsed{0}; ///< since its begin, until its end if that has come
    bool operator==(const TaskReport&) const = default;
};

/// Returns "probe: cancelled after 310 ms, waiting for: connection refused".
[[nodiscard]] std::string describe(const TaskReport& task);

/// One run of a set of tasks. The first failure cancels the others.
class TaskRun {
public:
    /// Begins what can begin. Throws Error like TaskGraph. `loop` must outlive it.
    TaskRun(EventLoop& loop, std::vector<Task> tasks);
    TaskRun(const TaskRun&) = delete;
    TaskRun& operator=(const TaskRun&) = delete;
    TaskRun(TaskRun&&) = delete;
    TaskRun& operator=(TaskRun&&) = delete;
    /// Cancels what runs.
    ~TaskRun();

    /// Gives up the operations that run; nothing begins any more.
    void cancel();
    [[nodiscard]] bool is_over() const { return graph_.is_over(); }
    /// Returns the first failure, or null.
    [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }
    /// Returns the present state of each task, in the given order.
    [[nodiscard]] std::vector<TaskReport> report() const;

private:
    class Running;

    void advance();
    void advance_later();
    void begin(std::size_t index);
    void fail(std::size_t index, std::exception_ptr failure);

    EventLoop& loop_;
    std::vector<Task> tasks_;
    TaskGraph graph_;
    std::vector<std::unique_ptr<Running>> running_; ///< by index; null before the begin
    std::exception_ptr failure_;
    EventSource later_;
};

/// Runs tasks to their ends and throws the first failure. A stop requested on `stop`, or an
/// exception that leaves a callback of `loop`, cancels them. Returns the states that were reached;
/// all are done unless it was stopped.
std::vector<TaskReport> run_tasks(EventLoop& loop, std::vector<Task> tasks,
                                  const std::stop_token& stop);

} // namespace k8s_node
