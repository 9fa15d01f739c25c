#include "resources/triggers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "generations/pending.hpp"
#include "loop/program_run.hpp"
#include "resources/kernel_parameters.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> directories = {{
    {"/etc/sysusers.d/", "systemd-sysusers"},
    {"/etc/tmpfiles.d/", "systemd-tmpfiles"},
    {"/etc/modules-load.d/", "systemd-modules-load.service"},
    {"/etc/sysctl.d/", sysctl_unit},
    {"/etc/systemd/logind.conf.d/", logind_unit},
}};

/// Runs a program of systemd that has no unit which would run it again: the existing ones are
/// conditioned on the first boot or an update. It runs for these files only: others' files, and
/// their mistakes, are not ours to apply.
void run_for(std::vector<std::string> argv, const std::vector<std::string>& files,
             EventLoop& loop) {
    constexpr auto patience = std::chrono::seconds(60); // user databases can be slow
    if (files.empty()) {
        return;
    }
    const auto name = argv.front();
    argv.insert(argv.end(), files.begin(), files.end());
    const auto result = run_program(loop, argv, patience);
    if (result.status == 0) {
        return;
    }
    Error error(name + " failed with exit status " + std::to_string(result.status) + " for " +
                join(files, ", "));
    for (auto& line : split_lines(result.errors)) {
        error.with_detail(std::move(line));
    }
    throw error.try_this("correct what it reports about the file, and run the same command again");
}

/// Returns the position of a trigger; lower ones run first, since users must exist before a file
/// can belong to them.
std::ptrdiff_t trigger_order(const std::string& what) {
    const auto found = std::find_if(directories.begin(), directories.end(),
                                    [&](const auto& each) { return each.second == what; });
    return found - directories.begin();
}

/// As kubelet does it. A restart would disturb programs that watch their sessions.
void reload_logind(ServiceManager& services, EventLoop& loop) {
    if (services.unit_state(std::string(logind_unit)).is_active()) {
        run_for({"systemctl", "kill", "--signal=HUP"}, {std::string(logind_unit)}, loop);
    }
}

/// Returns the triggers that an interrupted run left pending: it wrote their files without applying
/// them.
std::vector<Change> check_pending_triggers(const System& system) {
    std::vector<Change> changes;
    for (const auto& entry : read_pending(system.root)) {
        if (is_trigger(entry) && can_trigger(entry, system)) {
            changes.push_back({ChangeKind::trigger, entry, "pending from an interrupted run", {}});
        }
    }
    return changes;
}

/// True if logind may still have our settings: a file of ours is there, or its removal was not told
/// to it yet.
bool knows_us(const Removal& removal) {
    const auto& files = removal.scope.ledger.files;
    return read_pending(removal.root).contains(logind_unit) ||
           std::ranges::any_of(files,
                               [](const auto& path) { return trigger_of(path) == logind_unit; });
}

class TriggerKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "trigger"; }

    void differ(Comparison& comparison, const System& system) const override {
        append(comparison.changes, check_pending_triggers(system));
        comparison.changes = triggers_last(std::move(comparison.changes));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::trigger;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        for (const auto& change : changes) {
            with_context(std::string(verb_of(change.kind)) + " " + change.object, [&] {
                trigger(change.object, files_of_trigger(change.object, application.next), system);
            });
        }
    }

    /// Makes logind reload, so that it forgets our settings.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage == RemovalStage::restore_logind && removal.services != nullptr &&
            knows_us(removal)) {
            reload_logind(*removal.services, removal.loop);
        }
    }
};

} // namespace

const ResourceKind& trigger_kind() {
    static const TriggerKind kind;
    return kind;
}

std::optional<std::string> trigger_of(const std::string& path) {
    for (const auto& [directory, action] : directories) {
        if (path.starts_with(directory)) {
            return std::string(action);
        }
    }
    return std::nullopt;
}

bool is_trigger(const std::string& what) {
    return trigger_order(what) < std::ssize(directories);
}

bool can_trigger(const std::string& what, const System& system) {
    const bool by_program = what == "systemd-sysusers" || what == "systemd-tmpfiles";
    return system.root.is_host() && (by_program || system.services != nullptr);
}

std::vector<std::string> files_of_trigger(const std::string& what, const Generation& generation) {
    std::vector<std::string> paths;
    std::ranges::copy_if(generation.manifest.host_files, std::back_inserter(paths),
                         [&](const auto& path) { return trigger_of(path) == what; });
    return paths;
}

std::vector<Change> triggers_last(std::vector<Change> changes) {
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        return a.kind != b.kind ? a.kind < b.kind
                                : a.kind == ChangeKind::trigger &&
                                      trigger_order(a.object) < trigger_order(b.object);
    });
    const auto same = [](const Change& a, const Change& b) {
        return a.kind == ChangeKind::trigger && b.kind == a.kind && a.object == b.object;
    };
    changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
    return changes;
}

void trigger(const std::string& what, const std::vector<std::string>& files, System& system) {
    if (!can_trigger(what, system)) {
        return;
    }
    if (what == "systemd-sysusers") {
        run_for({what}, files, system.loop);
        return;
    }
    if (what == "systemd-tmpfiles") {
        run_for({what, "--create"}, files, system.loop);
        return;
    }
    if (what == logind_unit) {
        reload_logind(*system.services, system.loop);
        return;
    }
    // These two fail for a module or key that the kernel does not have; whether it matters shows
    // when a service needs it.
    QuietJobs observer;
    const UnitJob job{JobKind::restart, what};
    for (const auto& failure : system.services->run(std::span(&job, 1), {}, observer)) {
        // A unit that an operator has masked stays masked; any other was not run at all.
        if (failure.job.result == JobResult::refused &&
            system.services->unit_state(what).is_loaded()) {
            throw_on_failure(std::span(&failure, 1));
        }
        report(system, Priority::warning, "trigger", what, describe(failure));
    }
    if (what == sysctl_unit) {
        for (const auto& parameter : find_parameter_drift(files, system.root)) {
            report(system, Priority::warning, "trigger", parameter.key,
                   "kernel parameter " + parameter.key + " " + parameter.what);
        }
    }
}

} // namespace k8s_node
