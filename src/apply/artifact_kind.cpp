#include "apply/artifact_kind.hpp"

namespace k8s_node {

std::vector<Change> check_artifacts(const Desired& desired, const System& system) {
    std::vector<Change> changes;
    const auto problems = system.store.check_quick(desired.spec.artifacts);
    for (const auto& artifact : desired.spec.artifacts) {
        for (const auto& problem : problems) {
            if (problem.entry == artifact.store_name()) {
                const auto what =
                    problem.path.empty() ? "it " + problem.what : problem.path + " " + problem.what;
                changes.push_back(
                    {ChangeKind::fetch, artifact.name + " " + artifact.version, what, {}});
                break;
            }
        }
    }
    return changes;
}

void apply_artifacts(const Desired& desired, System& system) {
    system.store.fetch(desired.spec.artifacts, system.fetch_options, system.fetches);
}

} // namespace k8s_node
