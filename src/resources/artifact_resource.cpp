#include "resources/artifact_resource.hpp"

#include <algorithm>
#include <filesystem>

namespace k8s_node {

namespace {

std::string reason(const StoreProblem& problem) {
    return problem.path.empty() ? "it " + problem.what : problem.path + " " + problem.what;
}

std::vector<Change> changes_of(const NodeSpec& spec, const std::vector<StoreProblem>& problems) {
    std::vector<Change> changes;
    for (const auto& artifact : spec.artifacts) {
        const auto first = std::ranges::find(problems, artifact.store_name(), &StoreProblem::entry);
        if (first != problems.end()) {
            changes.push_back(
                {ChangeKind::fetch, artifact.name + " " + artifact.version, reason(*first), {}});
        }
    }
    return changes;
}

class ArtifactKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "artifact"; }

    /// A rollback fetches nothing: its generation is used only if its programs are there.
    void differ(Comparison& comparison, const System& system) const override {
        if (comparison.spec == nullptr) {
            return;
        }
        const auto problems = system.store.check_quick(comparison.spec->artifacts);
        append(comparison.changes, changes_of(*comparison.spec, problems));
        for (const auto& problem : problems) {
            if (!problem.path.empty()) {
                comparison.replaced_paths.insert(std::string(paths::store) + "/" + problem.entry +
                                                 "/" + problem.path);
            }
        }
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::fetch;
    }

    void apply(const std::vector<Change>& /*changes*/, Application& application,
               System& system) const override {
        fetch_artifacts(*application.spec, system);
    }

    /// By the entries that the generation names, since the configuration may be unusable.
    [[nodiscard]] std::vector<Drift> drift(const Generation& current, int /*number*/,
                                           const System& system) const override {
        std::vector<Drift> drift;
        for (const auto& entry : current.manifest.store_entries) {
            const auto name = std::filesystem::path(entry).filename().string();
            for (const auto& problem : system.store.check_named(name)) {
                drift.push_back({problem.path.empty() ? entry : entry + "/" + problem.path,
                                 problem.what, Remedy::install, ChangeKind::fetch});
            }
        }
        return drift;
    }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        if (!removal.scope.keep.store) {
            look_at_place(paths::store, removal, out);
        }
        return out;
    }

    [[nodiscard]] bool is_needed_to_repeat() const override { return true; }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage == RemovalStage::end && !removal.scope.keep.store) {
            remove_place(paths::store, removal);
        }
    }
};

} // namespace

const ResourceKind& artifact_kind() {
    static const ArtifactKind kind;
    return kind;
}

std::vector<Change> check_artifacts(const NodeSpec& spec, const System& system) {
    return changes_of(spec, system.store.check_quick(spec.artifacts));
}

void fetch_artifacts(const NodeSpec& spec, const System& system) {
    system.store.fetch(spec.artifacts, system.fetch_options, system.fetches, system.loop);
}

} // namespace k8s_node
