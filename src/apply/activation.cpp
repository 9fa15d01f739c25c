#include "apply/activation.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "apply/kernel_parameters.hpp"
#include "apply/owed.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
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

/// Runs a program of systemd that has no unit which would run it again: theirs
/// are conditioned on the first boot or an update. Only for these files: those of
/// others are not ours to carry out once more, nor are their mistakes.
void run_for(std::vector<std::string> words, const std::vector<std::string>& files) {
    constexpr auto patience = std::chrono::seconds(60); // user databases can be slow
    if (files.empty()) {
        return;
    }
    const auto name = words.front();
    words.insert(words.end(), files.begin(), files.end());
    const auto result = run_program(words, {}, patience);
    if (result.status == 0) {
        return;
    }
    Error error(name + " failed with exit status " + std::to_string(result.status) + " for " +
                join(files, ", "));
    for (auto& line : split_lines(result.errors)) {
        error.with_detail(std::move(line));
    }
    throw error.try_this("correct what it says of the file, and run the same command again");
}

/// Lower ones come first: users exist before a file can be given to them.
std::ptrdiff_t activation_order(const std::string& what) {
    const auto found = std::find_if(directories.begin(), directories.end(),
                                    [&](const auto& each) { return each.second == what; });
    return found - directories.begin();
}

} // namespace

/// As kubelet does it. A restart would be felt by who watches their sessions.
void reload_logind(ServiceManager& services) {
    if (services.unit_state(std::string(logind_unit)).is_active()) {
        run_for({"systemctl", "kill", "--signal=HUP"}, {std::string(logind_unit)});
    }
}

std::optional<std::string> activation_of(const std::string& path) {
    for (const auto& [directory, action] : directories) {
        if (path.starts_with(directory)) {
            return std::string(action);
        }
    }
    return std::nullopt;
}

bool is_activation(const std::string& what) {
    return activation_order(what) < std::ssize(directories);
}

bool can_activate(const std::string& what, const System& system) {
    const bool by_program = what == "systemd-sysusers" || what == "systemd-tmpfiles";
    return system.root.is_host() && (by_program || system.services != nullptr);
}

std::vector<std::string> activated_by(const std::string& what, const Generation& generation) {
    std::vector<std::string> paths;
    std::ranges::copy_if(generation.manifest.host_files, std::back_inserter(paths),
                         [&](const auto& path) { return activation_of(path) == what; });
    return paths;
}

std::vector<Change> check_owed_activations(const System& system) {
    std::vector<Change> changes;
    for (const auto& entry : read_owed(system.root)) {
        if (is_activation(entry) && can_activate(entry, system)) {
            changes.push_back(
                {ChangeKind::activate_file, entry, "an interrupted run did not get to it", {}});
        }
    }
    return changes;
}

std::vector<Change> activated_last(std::vector<Change> changes) {
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        return a.kind != b.kind ? a.kind < b.kind
                                : a.kind == ChangeKind::activate_file &&
                                      activation_order(a.object) < activation_order(b.object);
    });
    const auto same = [](const Change& a, const Change& b) {
        return a.kind == ChangeKind::activate_file && b.kind == a.kind && a.object == b.object;
    };
    changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
    return changes;
}

void activate(const std::string& what, const std::vector<std::string>& files, System& system) {
    if (!can_activate(what, system)) {
        return;
    }
    if (what == "systemd-sysusers") {
        run_for({what}, files);
        return;
    }
    if (what == "systemd-tmpfiles") {
        run_for({what, "--create"}, files);
        return;
    }
    if (what == logind_unit) {
        reload_logind(*system.services);
        return;
    }
    // These two report a failure for a module or key that a kernel does not
    // have; whether it matters shows when a service needs it.
    QuietJobs observer;
    const UnitJob job{JobKind::restart, what};
    for (const auto& failure : system.services->run(std::span(&job, 1), {}, observer)) {
        // One that an operator has masked stays so; any other was not run at all.
        if (failure.job.result == JobResult::refused &&
            system.services->unit_state(what).is_loaded()) {
            throw_on_failure(std::span(&failure, 1));
        }
        report(system, Priority::warning, "activate", what, describe(failure));
    }
    if (what == sysctl_unit) {
        for (const auto& parameter : find_parameter_drift(files, system.root)) {
            report(system, Priority::warning, "activate", parameter.key,
                   "kernel parameter " + parameter.key + " " + parameter.what);
        }
    }
}

} // namespace k8s_node
