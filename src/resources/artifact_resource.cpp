#include "resources/artifact_resource.hpp"

#include <algorithm>

namespace k8s_node {

ArtifactCheck check_artifacts(const Desired& desired, const System& system) {
    ArtifactCheck check;
    const auto problems = system.store.check_quick(desired.spec.artifacts);
    for (const auto& artifact : desired.spec.artifacts) {
        const auto first = std::ranges::find(problems, artifact.store_name(), &StoreProblem::entry);
        if (first != problems.end()) {
            const auto what =
                first->path.empty() ? "it " + first->what : first->path + " " + first->what;
            check.changes.push_back(
                {ChangeKind::fetch, artifact.name + " " + artifact.version, what, {}});
        }
    }
    for (const auto& problem : problems) {
        if (!problem.path.empty()) {
            check.replaced_paths.insert(std::string(paths::store) + "/" + problem.entry + "/" +
                                        problem.path);
        }
    }
    return check;
}

void apply_artifacts(const Desired& desired, const System& system, FetchObserver& observer) {
    system.store.fetch(desired.spec.artifacts, system.fetch_options, observer);
}

} // namespace k8s_node
