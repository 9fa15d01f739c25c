#include "systemd/systemd_manager.hpp"

#include "support/text.hpp"
#include "systemd/job_run.hpp"
#include "systemd/properties.hpp"
#include "systemd/stability_watch.hpp"

namespace k8s_node {

namespace {

UnitState state_from(const std::string& name, const PropertyMap& unit, const PropertyMap& service) {
    const auto text = [&](const char* property) { return unit.get<std::string>(property); };
    UnitState state;
    state.name = name;
    state.load = text("LoadState");
    state.active = text("ActiveState");
    state.sub = text("SubState");
    state.result = service.get<std::string>("Result");
    state.fragment_path = text("FragmentPath");
    state.source_path = text("SourcePath");
    state.unit_file_state = text("UnitFileState");
    state.invocation_id = to_hex(unit.get<std::vector<std::uint8_t>>("InvocationID"));
    state.status_text = service.get<std::string>("StatusText");
    state.drop_in_paths = unit.get<std::vector<std::string>>("DropInPaths");
    state.need_daemon_reload = unit.get<bool>("NeedDaemonReload");
    state.conditions_met = unit.get<bool>("ConditionResult");
    state.job = unit.get<std::uint64_t>("Job");
    state.restarts = static_cast<unsigned>(service.get<std::uint64_t>("NRestarts"));
    state.main_pid = service.get<std::uint64_t>("MainPID");
    state.main_start_us = service.get<std::uint64_t>("ExecMainStartTimestamp");
    state.active_enter_us = unit.get<std::uint64_t>("ActiveEnterTimestamp");
    return state;
}

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
    sd_bus_message* created = nullptr;
    check(sd_bus_message_new_method_call(bus.get(), &created, systemd_service, manager_path,
                                         manager_interface, "ListUnitsByPatterns"),
          "write a call to systemd");
    Message call(created);
    append(call.get(), {}); // any state
    append(call.get(), patterns);
    return call;
}

} // namespace

void SystemdManager::reload() {
    bus_.call_manager("reload the units of systemd", "Reload", nullptr);
}

std::vector<UnitFailure> SystemdManager::run(std::span<const UnitJob> jobs,
                                             const JobOptions& options, JobObserver& observer) {
    return JobRun(bus_, options, observer).run(jobs);
}

std::optional<UnitInstability> SystemdManager::watch_stability(std::span<const std::string> units,
                                                               std::chrono::milliseconds window) {
    return StabilityWatch(bus_, *this, units).run(window);
}

UnitState SystemdManager::unit_state(const std::string& unit) {
    const auto general = read_properties(bus_, unit, unit_interface);
    const auto service =
        unit.ends_with(".service") ? read_properties(bus_, unit, service_interface) : PropertyMap{};
    return state_from(unit, general, service);
}

std::vector<UnitSummary> SystemdManager::list_units(std::span<const std::string> patterns) {
    constexpr const char* attempt = "list the units of systemd";
    const auto call = list_call(bus_, patterns);
    BusError error;
    sd_bus_message* received = nullptr;
    const int result = sd_bus_call(bus_.get(), call.get(), 0, error.out(), &received);
    if (result < 0) {
        throw error.failure(result, attempt);
    }
    const Message reply(received);
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
    const auto attempt = "forget the failure of " + unit;
    BusError error;
    const int result =
        sd_bus_call_method(bus_.get(), systemd_service, manager_path, manager_interface,
                           "ResetFailedUnit", error.out(), nullptr, "s", unit.c_str());
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
