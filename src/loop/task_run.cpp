#include "loop/task_run.hpp"

#include <optional>
#include <utility>

#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using std::chrono::milliseconds;
using Clock = EventLoop::Clock;

std::vector<TaskNode> nodes_of(const std::vector<Task>& tasks) {
    std::vector<TaskNode> nodes;
    for (const auto& task : tasks) {
        nodes.push_back({task.name, task.after});
    }
    return nodes;
}

/// Returns ", waiting for: connection refused" if there is a reason.
std::string waiting_text(const std::string& reason) {
    return reason.empty() ? reason : ", waiting for: " + reason;
}

Error missed_deadline(const Task& task, const std::string& reason) {
    return Error(task.name + " is not done after " + human_duration(task.deadline) +
                     waiting_text(reason),
                 ExitStatus::not_ready);
}

} // namespace

std::string describe(const TaskReport& task) {
    switch (task.state) {
    case TaskState::waiting:
        return task.name + ": not begun";
    case TaskState::running:
        return task.name + ": running for " + human_duration(task.elapsed) +
               waiting_text(task.reason);
    case TaskState::done:
        return task.name + ": done after " + human_duration(task.elapsed);
    case TaskState::failed:
        return task.name + ": failed after " + human_duration(task.elapsed) +
               waiting_text(task.reason);
    case TaskState::cancelled:
        break;
    }
    return task.name + ": cancelled after " + human_duration(task.elapsed) +
           waiting_text(task.reason);
}

/// One task from its begin on.
class TaskRun::Running final : public TaskProgress {
public:
    Running(TaskRun& run, std::size_t index) : run_(run), index_(index) {
        deadline_ = run.loop_.after(task().deadline, [this] {
            fail(std::make_exception_ptr(missed_deadline(task(), reason_)));
        });
    }

    void begin() {
        try {
            operation_ = task().begin(*this);
        } catch (const Error&) {
            fail(std::current_exception());
        }
    }
    void waits_for(std::string reason) override { reason_ = std::move(reason); }
    void done() override {
        if (is_running()) {
            run_.graph_.finish(index_);
            run_.advance_later();
        }
    }
    void fail(std::exception_ptr failure) override {
        if (is_running()) {
            run_.fail(index_, std::move(failure));
        }
    }
    /// Gives up the operation of a task that has ended in whichever way.
    void give_up() {
        if (!is_running() && !end_) {
            end_ = Clock::now();
            deadline_.reset();
            operation_.reset();
        }
    }
    void fill(TaskReport& report) const {
        report.reason = reason_;
        report.elapsed =
            std::chrono::duration_cast<milliseconds>(end_.value_or(Clock::now()) - begin_);
    }

private:
    [[nodiscard]] const Task& task() const { return run_.tasks_[index_]; }
    [[nodiscard]] bool is_running() const {
        return run_.graph_.state(index_) == TaskState::running;
    }

    TaskRun& run_;
    std::size_t index_;
    std::string reason_;
    Clock::time_point begin_ = Clock::now();
    std::optional<Clock::time_point> end_;
    EventSource deadline_;
    Operation operation_;
};

TaskRun::TaskRun(EventLoop& loop, std::vector<Task> tasks)
    : loop_(loop), tasks_(std::move(tasks)), graph_(nodes_of(tasks_)), running_(tasks_.size()) {
    advance();
}

TaskRun::~TaskRun() {
    graph_.cancel();
}

/// Ends what has ended and begins what can begin.
void TaskRun::advance() {
    for (const auto& running : running_) {
        if (running) {
            running->give_up();
        }
    }
    // Asked anew each time, because a task may fail in its begin.
    for (auto ready = graph_.ready(); !ready.empty(); ready = graph_.ready()) {
        begin(ready.front());
    }
}

/// An operation may be in the middle of a callback, and must not be destroyed by it.
void TaskRun::advance_later() {
    later_ = loop_.defer([this] { advance(); });
}

void TaskRun::begin(std::size_t index) {
    graph_.begin(index);
    running_[index] = std::make_unique<Running>(*this, index);
    running_[index]->begin();
}

void TaskRun::fail(std::size_t index, std::exception_ptr failure) {
    failure_ = std::move(failure);
    graph_.fail(index);
    advance_later();
}

void TaskRun::cancel() {
    graph_.cancel();
    advance_later();
}

std::vector<TaskReport> TaskRun::report() const {
    std::vector<TaskReport> out;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        TaskReport report{tasks_[i].name, graph_.state(i), {}, {}};
        if (running_[i]) {
            running_[i]->fill(report);
        }
        out.push_back(std::move(report));
    }
    return out;
}

std::vector<TaskReport> run_tasks(EventLoop& loop, std::vector<Task> tasks,
                                  const std::stop_token& stop) {
    TaskRun run(loop, std::move(tasks));
    const auto stopped = loop.on_stop(stop, [&] { run.cancel(); });
    loop.run_until([&] { return run.is_over(); });
    if (run.failure()) {
        std::rethrow_exception(run.failure());
    }
    return run.report();
}

} // namespace k8s_node
