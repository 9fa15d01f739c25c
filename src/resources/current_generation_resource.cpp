#include "resources/current_generation_resource.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "generations/pending.hpp"
#include "support/steps.hpp"

namespace k8s_node {

namespace {

/// Returns a reload if the units need one although the generation does not change. systemd knows
/// none of them after a boot in which the store was incomplete.
std::vector<Change> check_reload(const Generation& next, const System& system) {
    if (read_pending(system.root).contains(pending_reload)) {
        return {{ChangeKind::reload, "systemd", "pending from an interrupted run", {}}};
    }
    for (const auto& unit : next.manifest.units) {
        if (system.services != nullptr && !system.services->unit_state(unit.name).is_known()) {
            return {{ChangeKind::reload, "systemd", "it does not know " + unit.name, {}}};
        }
    }
    return {};
}

bool includes(const std::vector<Change>& changes, ChangeKind kind) {
    return std::ranges::any_of(changes, [&](const Change& each) { return each.kind == kind; });
}

void publish(const Application& application, System& system) {
    const Target target{application.next, application.number};
    const int number = publish_generation(target, *application.current, system);
    note_previous(number, current_generation_number(system.root), system);
    make_current(number, system);
}

void reload(System& system) {
    system.services->reload();
    auto pending = read_pending(system.root);
    pending.erase(pending_reload);
    write_pending(system.root, pending);
}

class GenerationKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "generation"; }

    void differ(Comparison& comparison, const System& system) const override {
        const Target target{comparison.next, comparison.number};
        auto changes = check_generation(target, comparison.current, system.root);
        if (!includes(changes, ChangeKind::reload)) {
            append(changes, check_reload(comparison.next, system));
        }
        append(comparison.changes, std::move(changes));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::generation || change == ChangeKind::reload;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        if (includes(changes, ChangeKind::generation)) {
            timed_phase("generation", [&] { publish(application, system); });
        }
        if (system.services != nullptr && includes(changes, ChangeKind::reload)) {
            timed_phase("units", [&] { reload(system); });
        }
    }

    /// File by file: which of them somebody edited, and a reload that a killed run left pending.
    [[nodiscard]] std::vector<Drift> drift(const Generation& current, int number,
                                           const System& system) const override {
        std::vector<Drift> drift;
        for (auto& line : edited_files(system.root, number, current)) {
            drift.push_back({"generation " + std::to_string(number), std::move(line),
                             Remedy::install, ChangeKind::generation});
        }
        for (auto& change : check_reload(current, system)) {
            drift.push_back({std::move(change.object), std::move(change.why), Remedy::install,
                             ChangeKind::reload});
        }
        return drift;
    }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        if (path_exists(removal.root.at(paths::current))) {
            out.push_back({"path", paths::current});
        }
        look_at_place(paths::generations, removal, out);
        return out;
    }

    [[nodiscard]] bool is_needed_to_repeat() const override { return true; }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::end) {
            return;
        }
        std::filesystem::remove(removal.root.at(paths::current));
        remove_place(paths::generations, removal);
        if (removal.services != nullptr) {
            removal.services->reload(); // without generations the generator creates no units
        }
    }
};

} // namespace

const ResourceKind& generation_kind() {
    static const GenerationKind kind;
    return kind;
}

} // namespace k8s_node
