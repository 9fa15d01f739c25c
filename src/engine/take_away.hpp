// Reset as questions to the kinds of resources: the inventory of a node, and its removal stage by
// stage.
#pragma once

#include <functional>

#include "resources/removal.hpp"

namespace k8s_node {

/// A stage of a removal that was run.
struct ResetStep {
    std::string name; ///< "stop kubelet"
    double seconds = 0;
};

/// Returns "stop kubelet", "leave the cluster", …
[[nodiscard]] const char* name_of(RemovalStage stage);

/// Returns everything of the node that exists, except what has to stay until the end.
[[nodiscard]] std::vector<Leftover> inventory_before_end(const Removal& removal);

/// Returns what another attempt would need: generations, store and state that still exist.
[[nodiscard]] std::vector<Leftover> inventory_of_end(const Removal& removal);

/// Returns both.
[[nodiscard]] std::vector<Leftover> whole_inventory(const Removal& removal);

/// Throws Error(unsuitable) with a line for each program that is missing: one that is missing
/// halfway would leave half a node.
void require_programs(const Removal& removal);

/// Has all kinds do one stage. Throws what the first failure throws.
void take_away(RemovalStage stage, Removal& removal);

/// Runs stages, records their times, and goes on after a failure.
class RemovalRun {
public:
    explicit RemovalRun(Removal& removal) : removal_(removal) {}

    /// Runs `step`, or all kinds' part of the stage. A failure is a problem, not an exception;
    /// throws only Interrupted.
    void run(RemovalStage stage, const std::function<void()>& step);
    void run(RemovalStage stage);
    /// From one stage to another, both included.
    void run(RemovalStage first, RemovalStage last);

    [[nodiscard]] bool failed() const { return !problems_.empty(); }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] const std::vector<ResetStep>& steps() const { return steps_; }

private:
    void fail(const std::string& name, const Error& error);

    Removal& removal_;
    std::vector<std::string> problems_;
    std::vector<ResetStep> steps_;
};

} // namespace k8s_node
