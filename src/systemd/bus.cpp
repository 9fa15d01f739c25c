#include "systemd/bus.hpp"

#include <cstdint>
#include <unistd.h>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace k8s_node {

namespace {

/// Long, because PID 1 reloads its units before it replies, and generators of other packages can
/// be slow.
constexpr std::uint64_t call_timeout_us = 90'000'000;

std::string hint_for(const BusError& error) {
    if (error.is(SD_BUS_ERROR_ACCESS_DENIED) ||
        error.is(SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED)) {
        return "run as root";
    }
    if (error.is("org.freedesktop.systemd1.NoSuchUnit")) {
        return "run systemctl daemon-reload, if its file has just been written";
    }
    if (error.is("org.freedesktop.systemd1.UnitMasked")) {
        return "unmask it with systemctl unmask";
    }
    return {};
}

} // namespace

Error BusError::failure(int result, std::string_view attempt) const {
    if (sd_bus_error_is_set(&error_) <= 0) {
        return system_error(-result, attempt);
    }
    const char* text = error_.message != nullptr ? error_.message : error_.name;
    Error error(fmt::format("{}: {}", attempt, text));
    if (auto hint = hint_for(*this); !hint.empty()) {
        error.try_this(std::move(hint));
    }
    return error;
}

void Bus::require_systemd() {
    if (sd_booted() <= 0) {
        Error error("systemd is not running on this machine (there is no /run/systemd/system)",
                    ExitStatus::unsuitable);
        throw error.try_this("boot the machine with systemd as its PID 1");
    }
}

Bus::Bus(Handle bus) : bus_(std::move(bus)) {
    check(sd_bus_set_method_call_timeout(get(), call_timeout_us), "set the call timeout");
}

Bus Bus::open_system() {
    require_systemd();
    return Bus(connect_system_bus());
}

Bus Bus::open_for_questions() {
    require_systemd();
    if (::geteuid() == 0) {
        try {
            return Bus(connect_private());
        } catch (const Error&) {
            return open_system();
        }
    }
    return open_system();
}

Bus::Handle Bus::connect_system_bus() {
    sd_bus* opened = nullptr;
    int result = sd_bus_open_system(&opened);
    Handle bus(opened);
    if (result >= 0) {
        // Opening is asynchronous; the unique name exists once the bus has answered.
        const char* name = nullptr;
        result = sd_bus_get_unique_name(bus.get(), &name);
    }
    if (result >= 0) {
        return bus;
    }
    if (::geteuid() == 0) {
        return connect_private();
    }
    auto error = system_error(-result, "connect to the system bus");
    throw error.try_this("run systemctl start dbus.socket, or run as root");
}

Bus::Handle Bus::connect_private() {
    constexpr const char* address = "unix:path=/run/systemd/private";
    constexpr const char* attempt = "connect to systemd at /run/systemd/private";
    sd_bus* created = nullptr;
    check(sd_bus_new(&created), attempt);
    Handle bus(created);
    check(sd_bus_set_address(bus.get(), address), attempt);
    check(sd_bus_start(bus.get()), attempt);
    return bus;
}

Slot Bus::match_manager_signal(const char* member, sd_bus_message_handler_t handler,
                               void* userdata) const {
    // On a direct connection there is no sender, and a match on it would fail.
    const char* sender = sd_bus_is_bus_client(get()) > 0 ? systemd_service : nullptr;
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal(get(), &slot, sender, manager_path, manager_interface, member,
                              handler, userdata),
          fmt::format("watch systemd's signal {}", member));
    return Slot(slot);
}

Slot Bus::match_unit_changes(const std::string& path, sd_bus_message_handler_t handler,
                             void* userdata) const {
    const char* sender = sd_bus_is_bus_client(get()) > 0 ? systemd_service : nullptr;
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal(get(), &slot, sender, path.c_str(), "org.freedesktop.DBus.Properties",
                              "PropertiesChanged", handler, userdata),
          "watch " + path);
    return Slot(slot);
}

Slot Bus::match_disconnected(sd_bus_message_handler_t handler, void* userdata) const {
    constexpr const char* local = "org.freedesktop.DBus.Local";
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal(get(), &slot, local, "/org/freedesktop/DBus/Local", local,
                              "Disconnected", handler, userdata),
          "watch the connection to systemd");
    return Slot(slot);
}

} // namespace k8s_node
