#include "unit_resources/hand_over.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/types.h>

#include "generations/ledger.hpp"
#include "host/shared_listeners.hpp"
#include "plan/hand_over.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/steps.hpp"
#include "unit_resources/unit_jobs.hpp"

namespace k8s_node {

namespace {

constexpr const char* runtime_units = "/run/systemd/system";

/// Returns the drop-ins of the unit itself. systemd applies those of its type, or of a prefix of
/// its name, to a stand-in anyway.
std::vector<std::string> own_drop_ins(const std::string& unit, const System& system) {
    std::vector<std::string> texts;
    for (const auto& path : system.services->unit_state(unit).drop_in_paths) {
        if (std::filesystem::path(path).parent_path().filename() == unit + ".d") {
            texts.push_back(read_file_if_exists(system.root.at(path)).value_or(""));
        }
    }
    return texts;
}

/// Makes the kernel route connections to the older of two services; returns true if it can. A
/// service of an older generation may not share its ports.
bool prefer_eldest(const std::string& unit, System& system) {
    std::string why = "it does not share its ports";
    try {
        const auto process = system.services->unit_state(unit).main_pid;
        if (host::prefer_eldest(static_cast<pid_t>(process)) != 0) {
            return true;
        }
    } catch (const Error& error) {
        why = error.message();
    }
    report(system, Priority::notice, "units", unit,
           unit + " is restarted without a stand-in: " + why);
    return false;
}

void write_stand_in(const std::string& unit, const Generation& next, const System& system) {
    const auto path = system.root.at(stand_in_path(stand_in_of(unit)));
    make_directories(path.parent_path());
    write_file_atomically(path, stand_in_text(unit, next, own_drop_ins(unit, system)), {});
}

void remove_stand_in(const std::string& stand_in, System& system) {
    if (system.services != nullptr) {
        QuietJobs quiet;
        const std::vector<UnitJob> stop = {{JobKind::stop, stand_in}};
        // systemd kills it if it does not stop in time, so there is nothing to do.
        static_cast<void>(system.services->run(stop, {}, quiet));
        system.services->reset_failed(stand_in);
    }
    std::filesystem::remove(system.root.at(stand_in_path(stand_in)));
}

/// For the end of a scope. The signal that interrupts a run also interrupts the wait for the stop,
/// which systemd carries out all the same.
void remove_quietly(const std::string& stand_in, System& system) noexcept {
    try {
        remove_stand_in(stand_in, system);
    } catch (const Error& error) {
        report(system, Priority::warning, "units", stand_in, error.message());
    } catch (const std::exception&) {
        std::error_code gone;
        std::filesystem::remove(system.root.at(stand_in_path(stand_in)), gone);
    }
}

std::vector<std::string> handed_over(const std::vector<Change>& changes, System& system) {
    std::vector<std::string> units;
    for (const auto& change : changes) {
        if (change.kind == ChangeKind::hand_over && prefer_eldest(change.object, system)) {
            units.push_back(change.object);
        }
    }
    return units;
}

void start_stand_ins(const std::vector<std::string>& units, const Generation& next,
                     System& system) {
    std::vector<UnitJob> jobs;
    for (const auto& unit : units) {
        report(system, Priority::info, "units", unit,
               "starting a stand-in for " + unit + ", of the new generation");
        write_stand_in(unit, next, system);
        jobs.push_back({JobKind::start, stand_in_of(unit)});
    }
    const StepTimer timer("hand-over", units.front());
    run_jobs(jobs, next, system);
    for (const auto& unit : units) {
        // If the new generation has other ports, the kernel has not been told yet.
        static_cast<void>(prefer_eldest(stand_in_of(unit), system));
    }
}

} // namespace

std::string stand_in_path(const std::string& stand_in) {
    return runtime_units + ("/" + stand_in);
}

void with_stand_ins(const std::vector<Change>& changes, const Generation& next, System& system,
                    const std::function<void()>& restart) {
    const auto units = handed_over(changes, system);
    const ScopeExit gone([&] {
        for (const auto& unit : units) {
            remove_quietly(stand_in_of(unit), system);
        }
    });
    if (!units.empty()) {
        start_stand_ins(units, next, system);
    }
    restart();
}

void remove_stand_ins(System& system) {
    for (const auto& unit : read_ledger(system.root).units) {
        const auto stand_in = stand_in_of(unit);
        if (std::filesystem::exists(system.root.at(stand_in_path(stand_in)))) {
            remove_stand_in(stand_in, system);
        }
    }
}

} // namespace k8s_node
