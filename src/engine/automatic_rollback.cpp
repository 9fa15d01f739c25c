#include "engine/automatic_rollback.hpp"

#include "engine/switch.hpp"
#include "etcd/etcd_downgrade.hpp"
#include "generations/generation_records.hpp"
#include "generations/usable_generation.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

Error verdict(int failed, const Error& why, const std::string& end) {
    Error error("generation " + std::to_string(failed) + " did not become ready: " + why.message() +
                    ". " + end,
                ExitStatus::not_ready);
    for (const auto& line : why.details()) {
        error.with_detail(line);
    }
    return error;
}

struct Goal {
    int number = 0;
    Generation generation;
};

/// Returns the generations that may be rolled back to, best first.
std::vector<int> candidates(int failed, std::optional<int> left, const Root& root) {
    if (outcome_of(root, failed) != GenerationOutcome::good) {
        return rollback_candidates(root, failed);
    }
    const bool worked =
        left && left != failed && outcome_of(root, *left) == GenerationOutcome::good;
    return worked ? std::vector{*left} : std::vector<int>();
}

/// Returns the first candidate that can be used; adds to `why` the reasons against those before it.
std::optional<Goal> choose_goal(const std::vector<int>& numbers, Error& why, const System& system) {
    for (const int number : numbers) {
        try {
            return Goal{number, read_usable_generation(number, system)};
        } catch (const Interrupted&) {
            throw;
        } catch (const std::exception& unusable) {
            why.with_detail("generation " + std::to_string(number) +
                            " cannot be rolled back to: " + unusable.what());
        }
    }
    return std::nullopt;
}

void go_back(const Goal& goal, System& system) {
    report(system, Priority::warning, "rollback", std::to_string(goal.number),
           "rolling back to generation " + std::to_string(goal.number));
    system.run.rollout = Rollout::together; // it is known to be good, and time is short
    const auto current = read_current_generation(system.root);
    const Target target{goal.generation, goal.number};
    EtcdDowngrade downgrade(goal.generation, current, system);
    downgrade.lower_data();
    Plan plan;
    plan.changes = check_switch_unasked(target, current, system);
    prepare_switch(plan, target, system);
    switch_generation(plan, target, current, system);
    finish_switch(plan, target, system);
}

} // namespace

void roll_back_after_failure(const Error& why, std::optional<int> left, System& system) {
    const auto failed = current_generation_number(system.root);
    if (!failed) {
        throw Error(why);
    }
    const auto numbers = candidates(*failed, left, system.root);
    mark_failed(*failed, why.message(), system);
    if (numbers.empty() || system.run.automatic_rollback == AutomaticRollback::disabled) {
        throw Error(why);
    }
    auto cause = why;
    const auto goal = choose_goal(numbers, cause, system);
    if (!goal) {
        throw verdict(*failed, cause,
                      "There is no good generation to roll back to, so it stays current")
            .try_this("k8s-node-install generation list; correct the configuration, then "
                      "k8s-node-install install");
    }
    const auto number = std::to_string(goal->number);
    try {
        go_back(*goal, system);
    } catch (const Interrupted&) {
        throw; // what is still pending is on disk
    } catch (const std::exception& error) {
        throw verdict(*failed, cause,
                      "Rolling back to generation " + number + " failed too: " + error.what())
            .try_this("k8s-node-install status; k8s-node-install rollback " + number);
    }
    throw verdict(*failed, cause, "The node was rolled back to generation " + number)
        .try_this("k8s-node-install generation diff " + number + " " + std::to_string(*failed) +
                  "; correct the configuration; the next install tries again");
}

} // namespace k8s_node
