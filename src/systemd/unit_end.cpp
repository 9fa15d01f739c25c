#include "systemd/unit_end.hpp"

#include <array>
#include <utility>
#include <vector>

#include "journal/journal.hpp"
#include "support/text.hpp"
#include "systemd/properties.hpp"

namespace k8s_node {

void fill_from_service(UnitFailure& failure, const Bus& bus) {
    const auto& unit = failure.job.job.unit;
    const auto service = service_properties(bus, unit);
    failure.service_result = service.get<std::string>("Result");
    failure.status_text = service.get<std::string>("StatusText");
    failure.restarts = static_cast<unsigned>(service.get<std::uint64_t>("NRestarts"));
    if (!unit.ends_with(".service")) {
        return;
    }
    if (const auto command = first_failed(read_command_runs(bus, unit))) {
        failure.command = command->text;
        failure.exit_text = text_of(command->end);
        return;
    }
    failure.exit_text =
        text_of(ProcessEnd{static_cast<int>(service.get<std::int64_t>("ExecMainCode")),
                           static_cast<int>(service.get<std::int64_t>("ExecMainStatus"))});
}

void quote_journal(UnitFailure& failure, const std::string& unit, std::uint64_t since_us,
                   std::size_t lines) {
    auto excerpt = read_journal({unit, {}, since_us, lines});
    failure.journal = std::move(excerpt.lines);
    failure.reason = std::move(excerpt.reason);
}

namespace {

constexpr std::array service_properties_of_state = {"Result", "StatusText", "NRestarts", "MainPID",
                                                    "ExecMainStartTimestamp"};

struct AskedState {
    std::vector<SentCall> service; ///< empty for other types
    SentCall unit;
};

/// In this order, a start between the two replies is not counted as a failure.
AskedState ask_state(const Bus& bus, const std::string& name) {
    AskedState asked;
    if (name.ends_with(".service")) {
        asked.service = ask_properties(bus, name, service_interface, service_properties_of_state);
    }
    asked.unit = ask_properties(bus, name, unit_interface);
    return asked;
}

UnitState receive_state(const Bus& bus, const std::string& name, AskedState asked) {
    const auto service =
        asked.service.empty()
            ? PropertyMap{}
            : receive_properties(bus, name, std::move(asked.service), service_properties_of_state);
    const auto unit = receive_properties(bus, name, std::move(asked.unit));
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
    state.begun_us = unit.get<std::uint64_t>("InactiveExitTimestampMonotonic");
    state.ready_us = unit.get<std::uint64_t>("ActiveEnterTimestampMonotonic");
    state.active_enter_us = unit.get<std::uint64_t>("ActiveEnterTimestamp");
    return state;
}

} // namespace

UnitState read_unit_state(const Bus& bus, const std::string& unit) {
    return receive_state(bus, unit, ask_state(bus, unit));
}

std::vector<UnitState> read_unit_states(const Bus& bus, std::span<const std::string> units) {
    std::vector<AskedState> asked;
    for (const auto& unit : units) {
        asked.push_back(ask_state(bus, unit));
    }
    std::vector<UnitState> states;
    for (std::size_t i = 0; i < units.size(); ++i) {
        states.push_back(receive_state(bus, units[i], std::move(asked[i])));
    }
    return states;
}

} // namespace k8s_node
