// The program's interface to systemd, which tests can fake.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "systemd/job.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

/// The state of a unit at one moment. Fields of services are empty for other types.
struct UnitState {
    std::string name;
    std::string load;            ///< "loaded", "not-found", "masked", "bad-setting", …
    std::string active;          ///< "active", "activating", "inactive", "failed", …
    std::string sub;             ///< "running", "start-post", "auto-restart", …
    std::string result;          ///< "success", "exit-code", …
    std::string fragment_path;   ///< path of its unit file
    std::string source_path;     ///< SourcePath=, for generated units
    std::string unit_file_state; ///< "enabled", "static", "generated", …
    std::string invocation_id;   ///< of the last start: 32 hexadecimal digits, or empty
    std::string status_text;     ///< STATUS= of sd_notify(3)
    std::vector<std::string> drop_in_paths;
    bool need_daemon_reload = false;
    /// False if the last start was skipped by a Condition…=; such a start counts as successful
    /// although the unit is not active.
    bool conditions_met = false;
    std::uint64_t job = 0;             ///< the job that is queued or running for it; 0 for none
    unsigned restarts = 0;             ///< by systemd itself, since the last manual start
    std::uint64_t main_pid = 0;        ///< 0 for none
    std::uint64_t active_enter_us = 0; ///< CLOCK_REALTIME, 0 for never
    std::uint64_t begun_us = 0;        ///< when its last start began, CLOCK_MONOTONIC
    std::uint64_t ready_us = 0;        ///< when its last start ended in active
    std::uint64_t main_start_us = 0;   ///< when its main process was started, CLOCK_MONOTONIC
    bool operator==(const UnitState&) const = default;

    [[nodiscard]] bool is_active() const { return active == "active" || active == "reloading"; }
    /// Also true between two attempts of a service that systemd restarts, and before the first
    /// one while it waits for the units before it.
    [[nodiscard]] bool is_starting() const {
        return active == "activating" || (job != 0 && !is_active() && active != "deactivating");
    }
    /// True if anything of it is running or about to run.
    [[nodiscard]] bool has_begun() const {
        return is_active() || is_starting() || active == "deactivating";
    }
    [[nodiscard]] bool is_loaded() const { return load == "loaded"; }
    /// True if systemd found a file for it, even an invalid one.
    [[nodiscard]] bool is_known() const { return load != "not-found"; }
};

/// One line of systemctl list-units.
struct UnitSummary {
    std::string name;
    std::string description;
    std::string load;
    std::string active;
    std::string sub;
    bool operator==(const UnitSummary&) const = default;
};

/// A unit that did not keep running.
struct UnitInstability {
    std::string unit;
    std::string what;                 ///< "is failed (failed): exit-code"
    std::vector<std::string> journal; ///< its last lines
};

/// Is informed about jobs while somebody waits for them.
class JobObserver {
public:
    JobObserver() = default;
    JobObserver(const JobObserver&) = delete;
    JobObserver& operator=(const JobObserver&) = delete;
    JobObserver(JobObserver&&) = delete;
    JobObserver& operator=(JobObserver&&) = delete;
    virtual ~JobObserver() = default;

    virtual void finished(const FinishedJob& job) = 0;
    /// Called every JobOptions::heartbeat with the jobs that are still waited for.
    virtual void waiting(std::span<const PendingJob> jobs) = 0;
};

/// For jobs whose progress does not matter; run() returns the failures.
class QuietJobs final : public JobObserver {
public:
    void finished(const FinishedJob& /*job*/) override {}
    void waiting(std::span<const PendingJob> /*jobs*/) override {}
};

struct JobOptions {
    std::chrono::milliseconds deadline{std::chrono::minutes(5)};
    std::chrono::milliseconds heartbeat{std::chrono::seconds(10)};
    JobMode mode = JobMode::replace;
    std::size_t journal_lines = 20; ///< in each failure
    /// How long the others are waited for after one has failed.
    std::chrono::milliseconds after_failure{std::chrono::minutes(5)};
    /// Further units whose repeated failure ends the wait.
    std::vector<std::string> watched{};
};

/// For the thread of its loop, in which it waits. All methods throw Error if systemd cannot be
/// reached.
class ServiceManager {
public:
    ServiceManager() = default;
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;
    ServiceManager(ServiceManager&&) = delete;
    ServiceManager& operator=(ServiceManager&&) = delete;
    virtual ~ServiceManager() = default;

    /// Does a daemon-reload: generators run, unit files are read again.
    virtual void reload() = 0;

    /// Requests all jobs at once, so that systemd runs them in parallel as far as ordering
    /// allows, and waits for all. Returns the jobs that did not succeed, including those still
    /// running at the deadline; empty if all succeeded.
    [[nodiscard]] virtual std::vector<UnitFailure>
    run(std::span<const UnitJob> jobs, const JobOptions& options, JobObserver& observer) = 0;

    /// Requests starts without waiting for their ends. Ignores one that systemd refuses: run()
    /// finds out why.
    virtual void begin(std::span<const std::string> units) = 0;

    /// Watches active units for `window`; by signals, without polling. As soon as one of them
    /// ends, fails or is restarted by systemd, returns what happened to it; nullopt if all stay
    /// as they are.
    [[nodiscard]] virtual std::optional<UnitInstability>
    watch_stability(std::span<const std::string> units, std::chrono::milliseconds window) = 0;

    /// Watches units by signals until one of them fails for good or repeatedly (see FailureWatch).
    /// Ends otherwise only by being cancelled (Background).
    [[nodiscard]] virtual UnitFailure watch_failures(std::span<const std::string> units) = 0;

    /// Returns the state of a unit; `load` is "not-found" if there is none.
    [[nodiscard]] virtual UnitState unit_state(const std::string& unit) = 0;

    /// Returns the states of several units, in one round trip where that is possible.
    [[nodiscard]] virtual std::vector<UnitState> unit_states(std::span<const std::string> units) {
        std::vector<UnitState> states;
        for (const auto& unit : units) {
            states.push_back(unit_state(unit));
        }
        return states;
    }

    /// Returns loaded units whose names match one of the shell patterns.
    [[nodiscard]] virtual std::vector<UnitSummary>
    list_units(std::span<const std::string> patterns) = 0;

    /// Resets the failed state and the start counter; does nothing if the unit is not loaded.
    virtual void reset_failed(const std::string& unit) = 0;

    /// Returns a property of type s or as, e.g. ("x.service", service interface, "User"); empty
    /// if there is none of this type.
    [[nodiscard]] virtual std::string string_property(const std::string& unit,
                                                      const std::string& interface,
                                                      const std::string& property) = 0;
    [[nodiscard]] virtual std::vector<std::string>
    strings_property(const std::string& unit, const std::string& interface,
                     const std::string& property) = 0;
};

} // namespace k8s_node
