#include <filesystem>

#include "apply/generation_records.hpp"
#include "apply/switch.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

int choose(const Root& root, std::optional<int> number, std::optional<int> current) {
    if (number) {
        return *number;
    }
    const auto good = newest_with(GenerationOutcome::good, root, current.value_or(0), current);
    if (!good) {
        throw Error(current ? "there is no good generation before generation " +
                                  std::to_string(*current)
                            : "nothing is installed here: there is no current generation",
                    ExitStatus::usage)
            .try_this("k8s-node-install generation list shows what there is; "
                      "rollback N goes to any of them");
    }
    return *good;
}

void refuse_edited(const Generation& generation, int number, const Root& root) {
    const auto edited = edited_files(root, number, generation);
    if (edited.empty()) {
        return;
    }
    Error error("generation " + std::to_string(number) +
                    " is not as it was written: " + join(edited, ", "),
                ExitStatus::verification);
    throw error.try_this("go back to another one (k8s-node-install generation list), or install "
                         "what the configuration asks for");
}

/// The programs of a generation must be there, unchanged as far as a look at
/// sizes and modes can tell.
void require_store(const Generation& generation, const System& system) {
    std::vector<std::string> problems;
    for (const auto& entry : generation.manifest.store_entries) {
        const auto name = std::filesystem::path(entry).filename().string();
        for (const auto& problem : system.store.check_named(name)) {
            problems.push_back(problem.entry + ": " + (problem.path.empty() ? "it" : problem.path) +
                               " " + problem.what);
        }
    }
    if (problems.empty()) {
        return;
    }
    Error error("the programs of Kubernetes " + generation.manifest.release +
                    " are not all in the store",
                ExitStatus::verification);
    for (auto& problem : problems) {
        error.with_detail(std::move(problem));
    }
    throw error.try_this("k8s-node-install install --release " + generation.manifest.release +
                         " fetches what is missing and makes the node one of that release");
}

/// What a run needs that knows no configuration: a generation says all.
System make_bare_system(const NodeOptions& options, ServiceManager* services,
                        const Reporting& reporting) {
    return make_system(options, NodeSpec{}, services, reporting, "rollback");
}

} // namespace

RollbackResult rollback(const NodeOptions& options, std::optional<int> number,
                        const Reporting& reporting, const OnPlan& on_plan) {
    const auto lock = take_lock(options, "rollback", reporting.events);
    refuse_pinned_boot(options.root);
    const auto& root = options.root;
    RollbackResult result;
    result.from = current_generation_number(root);
    result.to = choose(root, number, result.from);
    const auto generation = read_generation(root, result.to);
    refuse_edited(generation, result.to, root);
    const auto services = open_services(root);
    auto system = make_bare_system(options, services.get(), reporting);
    require_store(generation, system);
    const auto current = read_current_generation(root);
    const Target target{generation, result.to};
    result.plan.subject = "generation " + std::to_string(result.to) + ", profile " +
                          generation.manifest.profile + ", Kubernetes " +
                          generation.manifest.release;
    result.plan.changes = check_switch(target, current, system);
    on_plan(result.plan);
    if (!result.plan.empty()) {
        execute_switch(result.plan, target, current, system);
    }
    return result;
}

} // namespace k8s_node
