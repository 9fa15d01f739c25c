// Unit properties, read over the bus.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

inline constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
inline constexpr const char* service_interface = "org.freedesktop.systemd1.Service";

/// All properties of one interface that have simple types.
class PropertyMap {
public:
    using Value = std::variant<std::string, std::vector<std::string>, std::uint64_t, std::int64_t,
                               bool, std::vector<std::uint8_t>>;

    void set(std::string name, Value value) {
        values_.insert_or_assign(std::move(name), std::move(value));
    }
    /// Returns the value, or null if there is none of this name and type.
    template <typename T>
    [[nodiscard]] const T* find(const std::string& name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? nullptr : std::get_if<T>(&found->second);
    }
    /// Returns the value, or an empty one if there is none of this name and type.
    template <typename T>
    [[nodiscard]] T get(const std::string& name) const {
        const auto* value = find<T>(name);
        return value == nullptr ? T{} : *value;
    }

private:
    std::map<std::string, Value> values_;
};

/// A command of a service and how its last run ended.
struct CommandRun {
    std::string text; ///< "ExecStartPost=/usr/bin/x -y"
    std::uint64_t ended_us = 0;
    ProcessEnd end;
    bool failure_ignored = false;
    bool operator==(const CommandRun&) const = default;
};

/// Returns the command that failed first, since the others ended because of it; nullopt if none
/// has failed.
[[nodiscard]] std::optional<CommandRun> first_failed(const std::vector<CommandRun>& runs);

/// Returns the object path of a unit, loaded or not.
[[nodiscard]] std::string unit_path(const std::string& unit);

/// Reads the `a{sv}` at which a message stands, as in the reply of GetAll and in PropertiesChanged.
[[nodiscard]] PropertyMap read_property_map(sd_bus_message* message);

/// Reads all properties of the unit; systemd loads it if necessary.
[[nodiscard]] PropertyMap read_properties(const Bus& bus, const std::string& unit,
                                          const char* interface);

/// The two halves of read_properties().
[[nodiscard]] SentCall ask_properties(const Bus& bus, const std::string& unit,
                                      const char* interface);
[[nodiscard]] PropertyMap receive_properties(const Bus& bus, const std::string& unit,
                                             SentCall asked);

/// Asks for some properties only. Those of a service are 270, its commands and limits among them.
[[nodiscard]] std::vector<SentCall> ask_properties(const Bus& bus, const std::string& unit,
                                                   const char* interface,
                                                   std::span<const char* const> names);
/// Returns the properties that were asked for by these names.
[[nodiscard]] PropertyMap receive_properties(const Bus& bus, const std::string& unit,
                                             std::vector<SentCall> asked,
                                             std::span<const char* const> names);

/// Reads the properties that only services have; none of any other unit.
[[nodiscard]] PropertyMap service_properties(const Bus& bus, const std::string& unit);

/// Returns the last runs of all commands of a service.
[[nodiscard]] std::vector<CommandRun> read_command_runs(const Bus& bus, const std::string& unit);

} // namespace k8s_node
