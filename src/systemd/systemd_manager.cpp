#include "systemd/systemd_manager.hpp"

#include <optional>

#include "systemd/failure_watch.hpp"
#include "systemd/job_run.hpp"
#include "systemd/properties.hpp"
#include "systemd/stability_watch.hpp"
#include "systemd/unit_end.hpp"

namespace k8s_node {

namespace {

/// Appends an array of strings to a call.
void append(sd_bus_message* call, std::span<const std::string> texts) {
    constexpr const char* attempt = "write a call to systemd";
    check(sd_bus_message_open_container(call, 'a', "s"), attempt);
    for (const auto& text : texts) {
        check(sd_bus_message_append_basic(call, 's', text.c_str()), attempt);
    }
    check(sd_bus_message_close_container(call), attempt);
}

Message list_call(const Bus& bus, std::span<const std::string> patterns) {
    auto call = bus.new_call({manager_path, manager_interface, "ListUnitsByPatterns"});
    append(call.get(), {}); // any state
    append(call.get(), patterns);
    return call;
}

} // namespace

void SystemdManager::reload() {
    bus_.call_manager("reload systemd", "Reload", nullptr);
}

std::vector<UnitFailure> SystemdManager::run(std::span<const UnitJob> jobs,
                                             const JobOptions& options, JobObserver& observer) {
    return JobRun(bus_, options, observer).run(jobs);
}

void SystemdManager::begin(std::span<const std::string> units) {
    for (const auto& unit : units) {
        BusError error;
        Message reply;
        const int result =
            bus_.call_method({manager_path, manager_interface, method_of(JobKind::start)}, error,
                             reply, "ss", unit.c_str(), text_of(JobMode::replace));
        if (result < 0 && !bus_.is_open()) {
            throw error.failure(result, "start " + unit);
        }
    }
}

std::optional<UnitInstability> SystemdManager::watch_stability(std::span<const std::string> units,
                                                               std::chrono::milliseconds window) {
    return StabilityWatch(bus_, *this, units).run(window);
}

UnitFailure SystemdManager::watch_failures(std::span<const std::string> units) {
    FailureWatch watch(bus_, units);
    for (;;) {
        if (auto found = watch.look()) {
            return *std::move(found);
        }
        bus_.loop().run_until([&] { return watch.any(); });
    }
}

UnitState SystemdManager::unit_state(const std::string& unit) {
    return read_unit_state(bus_, unit);
}

std::vector<UnitState> SystemdManager::unit_states(std::span<const std::string> units) {
    return read_unit_states(bus_, units);
}

std::vector<UnitSummary> SystemdManager::list_units(std::span<const std::string> patterns) {
    constexpr const char* attempt = "list systemd's units";
    const auto call = list_call(bus_, patterns);
    BusError error;
    Message reply;
    const int result = bus_.call(call, error, reply);
    if (result < 0) {
        throw error.failure(result, attempt);
    }
    auto* const received = reply.get();
    std::vector<UnitSummary> units;
    check(sd_bus_message_enter_container(received, 'a', "(ssssssouso)"), attempt);
    for (;;) {
        const char* name = nullptr;
        const char* description = nullptr;
        const char* load = nullptr;
        const char* active = nullptr;
        const char* sub = nullptr;
        if (check(sd_bus_message_read(received, "(ssssssouso)", &name, &description, &load, &active,
                                      &sub, nullptr, nullptr, nullptr, nullptr, nullptr),
                  attempt) == 0) {
            return units;
        }
        units.push_back({name, description, load, active, sub});
    }
}

void SystemdManager::reset_failed(const std::string& unit) {
    const auto attempt = "reset the failed state of " + unit;
    BusError error;
    Message reply;
    const int result = bus_.call_method({manager_path, manager_interface, "ResetFailedUnit"}, error,
                                        reply, "s", unit.c_str());
    if (result < 0 && !error.is("org.freedesktop.systemd1.NoSuchUnit")) {
        throw error.failure(result, attempt);
    }
}

std::string SystemdManager::string_property(const std::string& unit, const std::string& interface,
                                            const std::string& property) {
    return read_properties(bus_, unit, interface.c_str()).get<std::string>(property);
}

std::vector<std::string> SystemdManager::strings_property(const std::string& unit,
                                                          const std::string& interface,
                                                          const std::string& property) {
    return read_properties(bus_, unit, interface.c_str()).get<std::vector<std::string>>(property);
}

} // namespace k8s_node
