#include "systemd/properties.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace k8s_node {

namespace {

constexpr const char* attempt = "read properties from systemd";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

std::string read_text(sd_bus_message* message, char type) {
    const char* text = nullptr;
    check(sd_bus_message_read_basic(message, type, &text), attempt);
    return text;
}

template <typename Wire, typename Value>
Value read_number(sd_bus_message* message, char type) {
    Wire number{};
    check(sd_bus_message_read_basic(message, type, &number), attempt);
    return static_cast<Value>(number);
}

std::vector<std::string> read_texts(sd_bus_message* message) {
    std::vector<std::string> texts;
    check(sd_bus_message_enter_container(message, 'a', "s"), attempt);
    const char* text = nullptr;
    while (check(sd_bus_message_read_basic(message, 's', &text), attempt) > 0) {
        texts.emplace_back(text);
    }
    check(sd_bus_message_exit_container(message), attempt);
    return texts;
}

std::vector<std::uint8_t> read_bytes(sd_bus_message* message) {
    const void* data = nullptr;
    std::size_t size = 0;
    check(sd_bus_message_read_array(message, 'y', &data, &size), attempt);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    return {bytes, bytes + size};
}

/// Returns nullopt, and consumes nothing, for types that are not needed here.
std::optional<PropertyMap::Value> read_value(sd_bus_message* message, std::string_view type) {
    if (type == "s" || type == "o") {
        return read_text(message, type[0]);
    }
    if (type == "as") {
        return read_texts(message);
    }
    if (type == "ay") {
        return read_bytes(message);
    }
    if (type == "b") {
        return read_number<int, int>(message, 'b') != 0;
    }
    if (type == "t") {
        return read_number<std::uint64_t, std::uint64_t>(message, 't');
    }
    if (type == "u") {
        return read_number<std::uint32_t, std::uint64_t>(message, 'u');
    }
    if (type == "i") {
        return read_number<std::int32_t, std::int64_t>(message, 'i');
    }
    if (type == "(uo)") { // a job: its number, and its path, which is derived from it
        check(sd_bus_message_enter_container(message, 'r', "uo"), attempt);
        const auto number = read_number<std::uint32_t, std::uint64_t>(message, 'u');
        read_text(message, 'o');
        check(sd_bus_message_exit_container(message), attempt);
        return number;
    }
    return std::nullopt;
}

/// Reads the variant at which a message stands.
void read_variant(sd_bus_message* message, std::string name, PropertyMap& map) {
    const char* type = nullptr;
    check(sd_bus_message_peek_type(message, nullptr, &type), attempt);
    check(sd_bus_message_enter_container(message, 'v', type), attempt);
    if (auto value = read_value(message, type)) {
        map.set(std::move(name), *std::move(value));
    } else {
        check(sd_bus_message_skip(message, type), attempt);
    }
    check(sd_bus_message_exit_container(message), attempt);
}

void read_entry(sd_bus_message* message, PropertyMap& map) {
    auto name = read_text(message, 's');
    read_variant(message, std::move(name), map);
}

/// Reads one `(sasbttttuii)`: path, arguments, failure ignored, four times, pid, end.
CommandRun read_command_run(sd_bus_message* message, const char* property) {
    CommandRun run;
    read_text(message, 's');
    const auto argv = read_texts(message);
    run.text = fmt::format("{}={}", property, fmt::join(argv, " "));
    run.failure_ignored = read_number<int, int>(message, 'b') != 0;
    check(sd_bus_message_skip(message, "ttt"), attempt);
    run.ended_us = read_number<std::uint64_t, std::uint64_t>(message, 't');
    check(sd_bus_message_skip(message, "u"), attempt);
    run.end.code = read_number<std::int32_t, int>(message, 'i');
    run.end.status = read_number<std::int32_t, int>(message, 'i');
    return run;
}

void read_command_list(const Bus& bus, const std::string& path, const char* property,
                       std::vector<CommandRun>& runs) {
    constexpr const char* type = "(sasbttttuii)";
    BusError error;
    Message message;
    const int result = bus.call_method({path.c_str(), properties_interface, "Get"}, error, message,
                                       "ss", service_interface, property);
    if (result < 0) {
        throw error.failure(result, fmt::format("read {} of {}", property, path));
    }
    auto* const reply = message.get();
    check(sd_bus_message_enter_container(reply, 'v', "a(sasbttttuii)"), attempt);
    check(sd_bus_message_enter_container(reply, 'a', type), attempt);
    while (check(sd_bus_message_enter_container(reply, 'r', "sasbttttuii"), attempt) > 0) {
        runs.push_back(read_command_run(reply, property));
        check(sd_bus_message_exit_container(reply), attempt);
    }
}

bool has_failed(const CommandRun& run) {
    const bool ended_badly = run.end.code == CLD_KILLED || run.end.code == CLD_DUMPED ||
                             (run.end.code == CLD_EXITED && run.end.status != 0);
    return ended_badly && !run.failure_ignored;
}

} // namespace

std::optional<CommandRun> first_failed(const std::vector<CommandRun>& runs) {
    std::optional<CommandRun> first;
    for (const auto& run : runs) {
        if (has_failed(run) && (!first || run.ended_us < first->ended_us)) {
            first = run;
        }
    }
    return first;
}

std::string unit_path(const std::string& unit) {
    char* encoded = nullptr;
    check(sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &encoded),
          "create the object path of " + unit);
    const CHandle<char, std::free> path(encoded);
    return path.get();
}

PropertyMap read_property_map(sd_bus_message* message) {
    PropertyMap map;
    check(sd_bus_message_enter_container(message, 'a', "{sv}"), attempt);
    while (check(sd_bus_message_enter_container(message, 'e', "sv"), attempt) > 0) {
        read_entry(message, map);
        check(sd_bus_message_exit_container(message), attempt);
    }
    check(sd_bus_message_exit_container(message), attempt);
    return map;
}

SentCall ask_properties(const Bus& bus, const std::string& unit, const char* interface) {
    const auto path = unit_path(unit);
    const auto call = bus.new_call({path.c_str(), properties_interface, "GetAll"});
    check(sd_bus_message_append(call.get(), "s", interface), "ask systemd for properties");
    return bus.send(call);
}

std::vector<SentCall> ask_properties(const Bus& bus, const std::string& unit, const char* interface,
                                     std::span<const char* const> names) {
    const auto path = unit_path(unit);
    std::vector<SentCall> asked;
    for (const char* name : names) {
        const auto call = bus.new_call({path.c_str(), properties_interface, "Get"});
        check(sd_bus_message_append(call.get(), "ss", interface, name),
              "ask systemd for a property");
        asked.push_back(bus.send(call));
    }
    return asked;
}

PropertyMap receive_properties(const Bus& bus, const std::string& unit, std::vector<SentCall> asked,
                               std::span<const char* const> names) {
    PropertyMap map;
    for (std::size_t i = 0; i < names.size(); ++i) {
        BusError error;
        Message message;
        const int result = bus.receive(std::move(asked[i]), error, message);
        if (result < 0) {
            throw error.failure(result, "read the state of " + unit);
        }
        read_variant(message.get(), names[i], map);
    }
    return map;
}

PropertyMap receive_properties(const Bus& bus, const std::string& unit, SentCall asked) {
    BusError error;
    Message message;
    const int result = bus.receive(std::move(asked), error, message);
    if (result < 0) {
        throw error.failure(result, "read the state of " + unit);
    }
    return read_property_map(message.get());
}

PropertyMap read_properties(const Bus& bus, const std::string& unit, const char* interface) {
    return receive_properties(bus, unit, ask_properties(bus, unit, interface));
}

PropertyMap service_properties(const Bus& bus, const std::string& unit) {
    return unit.ends_with(".service") ? read_properties(bus, unit, service_interface)
                                      : PropertyMap{};
}

std::vector<CommandRun> read_command_runs(const Bus& bus, const std::string& unit) {
    constexpr std::array properties = {"ExecCondition", "ExecStartPre", "ExecStart",
                                       "ExecStartPost", "ExecReload",   "ExecStop"};
    const auto path = unit_path(unit);
    std::vector<CommandRun> runs;
    for (const char* property : properties) {
        read_command_list(bus, path, property, runs);
    }
    return runs;
}

} // namespace k8s_node
