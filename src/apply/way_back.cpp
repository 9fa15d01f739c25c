#include "apply/way_back.hpp"

#include "apply/generation_records.hpp"
#include "apply/switch.hpp"

namespace k8s_node {

namespace {

bool was_good(const Root& root, int number) {
    const auto record = read_record(root, number);
    return record && record->outcome == GenerationOutcome::good;
}

Error verdict(int failed, const Error& why, const std::string& end) {
    Error error("generation " + std::to_string(failed) + " did not become well: " + why.message() +
                    ". " + end,
                ExitStatus::not_ready);
    for (const auto& line : why.details()) {
        error.with_detail(line);
    }
    return error;
}

void go_back(int good, System& system) {
    report(system, Priority::warning, "rollback", std::to_string(good),
           "going back to generation " + std::to_string(good));
    system.run.rollout = Rollout::together; // what is good is known, time is short
    const auto current = read_current_generation(system.root);
    const auto generation = read_generation(system.root, good);
    const Target target{generation, good};
    Plan plan;
    plan.changes = check_switch(target, current, system);
    prepare_switch(plan, target, system);
    switch_generation(plan, target, current, system);
    finish_switch(plan, target, system);
}

} // namespace

void roll_back_after_failure(const Error& why, System& system) {
    const auto failed = current_generation_number(system.root);
    if (!failed || was_good(system.root, *failed)) {
        throw why;
    }
    mark_failed(*failed, why.message(), system);
    const auto good = newest_with(GenerationOutcome::good, system.root, *failed);
    if (!good || system.run.way_back == WayBack::stay) {
        throw why;
    }
    try {
        go_back(*good, system);
    } catch (const Error& error) {
        throw verdict(*failed, why,
                      "Going back to generation " + std::to_string(*good) +
                          " failed too: " + error.message())
            .try_this("k8s-node-install status; k8s-node-install rollback " +
                      std::to_string(*good));
    }
    throw verdict(*failed, why, "The node is back on generation " + std::to_string(*good))
        .try_this("k8s-node-install generation diff " + std::to_string(*good) + " " +
                  std::to_string(*failed) +
                  "; correct the configuration; the next install tries again");
}

} // namespace k8s_node
