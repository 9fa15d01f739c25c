#include "unit_resources/unit_resource.hpp"

#include "unit_resources/unit_changes.hpp"

namespace k8s_node {

namespace {

using namespace std::chrono_literals;

/// Stopped too, because it would install again as soon as it has the lock.
constexpr const char* installer = "k8s-node-install.service";
constexpr auto stop_deadline = 2min;
constexpr const char* generator_output = "/run/systemd/generator/";
constexpr std::string_view found_running = "running ";

class StopProgress : public JobObserver {
public:
    explicit StopProgress(EventSink& events) : events_(events) {}
    void finished(const FinishedJob& /*job*/) override {}
    void waiting(std::span<const PendingJob> jobs) override {
        for (const auto& job : jobs) {
            events_.report({Priority::notice, describe(job), {}, {{"K8S_NODE_PHASE", "stop"}}});
        }
    }

private:
    EventSink& events_;
};

/// True for the generator's link and for its target: systemd reports either.
bool is_our_place(const std::string& path) {
    return path.starts_with(generator_output) ||
           path.starts_with(std::string(paths::generations) + "/");
}

/// True for a drop-in of this very unit that we did not write. Those for all services (service.d)
/// are the machine's and do not count.
bool is_foreign_drop_in(const std::string& path, const std::string& unit) {
    return !path.starts_with(generator_output) &&
           path.find("/" + unit + ".d/") != std::string::npos;
}

void look_at_overrides(const UnitState& unit, std::vector<Drift>& drift) {
    const auto add = [&](const std::string& what, Remedy remedy = Remedy::operator_) {
        drift.push_back({unit.name, what, remedy});
    };
    if (unit.load == "masked") {
        add("is masked: systemctl unmask " + unit.name);
    } else if (unit.is_loaded() && !is_our_place(unit.fragment_path)) {
        add("is overridden by " + unit.fragment_path);
    }
    for (const auto& path : unit.drop_in_paths) {
        if (is_foreign_drop_in(path, unit.name)) {
            add("has a drop-in that k8s-node-install did not write: " + path, Remedy::none);
        }
    }
}

class UnitKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "unit"; }

    void differ(Comparison& comparison, const System& system) const override {
        append(comparison.changes,
               check_units(comparison.next, comparison.current, comparison.replaced_paths, system));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::hand_over || change == ChangeKind::stop_unit ||
               change == ChangeKind::start_unit || change == ChangeKind::restart_unit;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        application.starts = system.run.rollout == Rollout::step_by_step
                                 ? roll_out_units(changes, application.next, system)
                                 : apply_units(changes, application.next, system);
    }

    [[nodiscard]] std::vector<Drift> overrides(const Generation& current,
                                               const System& system) const override {
        std::vector<Drift> drift;
        if (system.services != nullptr) {
            for (const auto& entry : current.manifest.units) {
                look_at_overrides(system.services->unit_state(entry.name), drift);
            }
        }
        return drift;
    }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        if (removal.services == nullptr) {
            return out;
        }
        for (const auto& unit : removal.services->list_units(removal.scope.units)) {
            // Transient slices of pods have no unit files; they end with their processes.
            if (unit.active != "inactive" && unit.load != "not-found") {
                out.push_back({name(), unit.name});
            }
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage == RemovalStage::stop_kubelet) {
            stop_units({installer}, removal);
            if (const auto& kubelet = removal.scope.ledger.provided.kubelet) {
                stop_units({kubelet->unit}, removal);
            }
        } else if (stage == RemovalStage::stop_services) {
            stop_units(removal.scope.units, removal);
        }
    }
};

} // namespace

const ResourceKind& unit_kind() {
    static const UnitKind kind;
    return kind;
}

void stop_units(const std::vector<std::string>& units, const Removal& removal) {
    if (removal.services == nullptr || units.empty()) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& unit : removal.services->list_units(units)) {
        // Inactive ones too: right after a boot their start may be queued.
        if (unit.load != "not-found") {
            jobs.push_back({JobKind::stop, unit.name});
        }
    }
    StopProgress progress(removal.events);
    JobOptions options;
    options.deadline = stop_deadline;
    const auto failures = removal.services->run(jobs, options, progress);
    for (const auto& job : jobs) {
        removal.services->reset_failed(job.unit);
    }
    throw_on_failure(failures);
}

void restart_found_units(const Removal& removal) {
    if (removal.services == nullptr) {
        return;
    }
    std::vector<UnitJob> jobs;
    for (const auto& entry : removal.scope.ledger.found) {
        if (entry.starts_with(found_running)) {
            auto unit = entry.substr(found_running.size());
            // A unit whose package was removed in the meantime is skipped.
            if (removal.services->unit_state(unit).is_loaded()) {
                jobs.push_back({JobKind::start, std::move(unit)});
            }
        }
    }
    QuietJobs observer;
    for (const auto& failure : removal.services->run(jobs, {}, observer)) {
        removal.events.report(
            {Priority::warning,
             "it ran before the node was installed, and could not be started again: " +
                 describe(failure),
             {},
             {{"K8S_NODE_PHASE", "reset"}}});
    }
}

} // namespace k8s_node
