#include "engine/first_install.hpp"

#include <algorithm>

#include "engine/resource_table.hpp"
#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "loop/background.hpp"
#include "plan/start_needs.hpp"
#include "resources/artifact_resource.hpp"
#include "support/interrupt.hpp"
#include "support/steps.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

/// Tells the generator that entries may be missing for a while.
class AtWork {
public:
    explicit AtWork(const Root& root) : path_(root.at(paths::first_installation)) {
        make_directories(path_.parent_path());
        write_file_atomically(path_, "entries of the store are being fetched\n", {});
    }
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;
    AtWork(AtWork&&) = delete;
    AtWork& operator=(AtWork&&) = delete;
    ~AtWork() {
        std::error_code ignored; // gone with the next boot or run
        std::filesystem::remove(path_, ignored);
    }

private:
    std::filesystem::path path_;
};

std::string directory_of(const std::string& entry) {
    return std::string(paths::store) + "/" + entry;
}

/// Returns the entries that the fetch adds.
std::set<std::string> awaited_entries(const NodeSpec& spec, const System& system) {
    std::set<std::string> awaited;
    for (const auto& problem : system.store.check_quick(spec.artifacts)) {
        awaited.insert(directory_of(problem.entry));
    }
    return awaited;
}

/// Returns the entries that the control plane runs: they arrive sooner if those that only pods need
/// do not compete for the processors.
std::set<std::string> urgent_entries(const StartNeeds& needs) {
    std::set<std::string> names;
    for (const auto& directory : most_needed(needs)) {
        names.insert(std::filesystem::path(directory).filename());
    }
    return names;
}

/// Units that have not started yet, and the entries that each waits for.
class EarlyStarts {
public:
    EarlyStarts(const Plan& plan, const StartNeeds& needs, const Desired& desired, System& system)
        : awaited_(awaited_entries(desired.spec, system)), manifest_(desired.generation.manifest),
          system_(system) {
        for (const auto& change : plan.of(ChangeKind::start_unit)) {
            if (const auto found = needs.find(change.object); found != needs.end()) {
                waiting_.insert(*found);
            }
        }
    }

    void begin_ready() {
        std::vector<std::string> ready;
        for (const auto& [unit, needs] : waiting_) {
            if (std::ranges::none_of(needs,
                                     [&](const auto& entry) { return awaited_.contains(entry); })) {
                ready.push_back(unit);
            }
        }
        if (begun_.empty() && !ready.empty()) {
            fix_settings(manifest_, system_.root);
        }
        for (const auto& unit : ready) {
            system_.services->reset_failed(unit);
            waiting_.erase(unit);
        }
        begun_.insert(begun_.end(), ready.begin(), ready.end());
        system_.services->begin(ready);
    }

    void arrived(const std::set<std::string>& entries) {
        for (const auto& entry : entries) {
            awaited_.erase(directory_of(entry));
        }
    }

    /// Stops what was started, so that no partial node is left, now or after a boot. Failures are
    /// only reported: the reason for it is the run's own error.
    void take_back() noexcept {
        try {
            stop_begun();
            make_none_current(system_);
            system_.services->reload();
        } catch (const std::exception& error) {
            report(system_, Priority::warning, "units", "k8s-node.target",
                   "not everything that this run started could be stopped (k8s-node-install reset "
                   "does that): " +
                       std::string(error.what()));
        }
    }

private:
    void stop_begun() {
        std::vector<UnitJob> stops;
        for (const auto& unit : begun_) {
            stops.push_back({JobKind::stop, unit});
        }
        QuietJobs quiet;
        for (const auto& failure : system_.services->run(stops, {}, quiet)) {
            report(system_, Priority::warning, "units", failure.job.job.unit, describe(failure));
        }
        for (const auto& unit : begun_) {
            system_.services->reset_failed(unit); // stopping a start makes the unit failed
        }
    }

    StartNeeds waiting_;
    std::set<std::string> awaited_;
    std::vector<std::string> begun_;
    const Manifest& manifest_;
    System& system_;
};

/// `arrived` are the entries that have come since the last look.
void start_as_artifacts_come(EarlyStarts& starts, std::set<std::string>& arrived, Background& fetch,
                             EventLoop& loop) {
    try {
        starts.begin_ready();
        while (!fetch.has_ended() || !arrived.empty()) {
            loop.run_until([&] { return fetch.has_ended() || !arrived.empty(); });
            starts.arrived(std::exchange(arrived, {}));
            starts.begin_ready();
        }
        fetch.finish();
    } catch (const Interrupted&) {
        throw; // the next run continues with what was started
    } catch (...) {
        starts.take_back();
        throw;
    }
}

} // namespace

bool can_start_early(const Plan& plan, const System& system) {
    return system.services != nullptr && !plan.of(ChangeKind::fetch).empty() &&
           system.run.rollout == Rollout::together && plan.of(ChangeKind::stop_unit).empty() &&
           plan.of(ChangeKind::restart_unit).empty() && !current_generation_number(system.root);
}

void execute_first(const CheckedPlan& checked, const Desired& desired, System& system) {
    const auto& plan = checked.plan;
    make_directories(system.store.directory()); // so that only entries are missing, not the store
    const auto needs = start_needs(desired.generation.manifest);
    EarlyStarts starts(plan, needs, desired, system);
    std::set<std::string> arrived;
    auto fetching = system;
    fetching.fetch_options.urgent = urgent_entries(needs);
    fetching.fetch_options.on_published = [&](const Artifact& artifact) {
        arrived.insert(artifact.store_name());
    };
    Application application{
        .next = desired.generation, .spec = &desired.spec, .keys = &checked.pki.items};
    Background fetch(system.loop, [&] {
        timed_phase("fetch", [&] { apply_kind(artifact_kind(), plan, application, fetching); });
    });
    timed_phase("pki", [&] { apply_kind(pki_kind(), plan, application, system); });
    const AtWork at_work(system.root);
    execute_first_switch(
        plan, {desired.generation}, checked.current,
        [&] {
            start_as_artifacts_come(starts, arrived, fetch, system.loop);
            fix_settings(desired.generation.manifest, system.root);
        },
        system);
}

} // namespace k8s_node
