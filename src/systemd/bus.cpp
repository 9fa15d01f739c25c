#include "systemd/bus.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace k8s_node {

namespace {

/// Long, because PID 1 reloads its units before it replies, and generators of other packages can
/// be slow.
constexpr std::uint64_t call_timeout_us = 90'000'000;

int keep_reply(sd_bus_message* message, void* kept, sd_bus_error* /*error*/) noexcept {
    static_cast<Message*>(kept)->reset(sd_bus_message_ref(message));
    return 1;
}

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

Bus::Bus(EventLoop& loop, Handle bus) : loop_(&loop), bus_(std::move(bus)) {
    check(sd_bus_set_method_call_timeout(get(), call_timeout_us), "set the call timeout");
    check(sd_bus_attach_event(get(), loop.get(), SD_EVENT_PRIORITY_NORMAL), "listen to systemd");
}

Bus Bus::open_system(EventLoop& loop) {
    require_systemd();
    return connect_system_bus(loop);
}

Bus Bus::open_for_questions(EventLoop& loop) {
    require_systemd();
    if (::geteuid() == 0) {
        try {
            return connect_private(loop);
        } catch (const Error&) {
            return open_system(loop);
        }
    }
    return open_system(loop);
}

Bus Bus::connect_system_bus(EventLoop& loop) {
    sd_bus* opened = nullptr;
    int result = sd_bus_open_system(&opened);
    if (result >= 0) {
        Bus bus(loop, Handle(opened));
        result = bus.become_ready();
        if (result >= 0) {
            return bus;
        }
    }
    if (::geteuid() == 0) {
        return connect_private(loop);
    }
    auto error = system_error(-result, "connect to the system bus");
    throw error.try_this("run systemctl start dbus.socket, or run as root");
}

Bus Bus::connect_private(EventLoop& loop) {
    constexpr const char* address = "unix:path=/run/systemd/private";
    constexpr const char* attempt = "connect to systemd at /run/systemd/private";
    sd_bus* created = nullptr;
    check(sd_bus_new(&created), attempt);
    Handle bus(created);
    check(sd_bus_set_address(bus.get(), address), attempt);
    check(sd_bus_start(bus.get()), attempt);
    Bus connected(loop, std::move(bus));
    connected.hear_its_end();
    return connected;
}

/// Opening is asynchronous: the connection is ready once the bus has answered.
int Bus::become_ready() {
    loop_->run_until([this] { return sd_bus_is_ready(get()) > 0 || !is_open(); });
    if (!is_open()) {
        return -ECONNRESET;
    }
    hear_its_end();
    return 0;
}

void Bus::hear_its_end() {
    constexpr const char* local = "org.freedesktop.DBus.Local";
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal_async(get(), &slot, local, "/org/freedesktop/DBus/Local", local,
                                    "Disconnected", &on_disconnected, nullptr, loop_),
          "watch the connection to systemd");
    disconnected_.reset(slot);
}

int Bus::on_disconnected(sd_bus_message* /*message*/, void* loop,
                         sd_bus_error* /*error*/) noexcept {
    static_cast<EventLoop*>(loop)->guard([] {
        Error error("the connection to systemd ended");
        throw error.try_this("run the same command again; systemd continues its jobs");
    });
    return 0;
}

/// On a direct connection there is no sender, and a match on it would fail.
const char* Bus::sender() const {
    return sd_bus_is_bus_client(get()) > 0 ? systemd_service : nullptr;
}

// The bus handles its messages in order, so a match is there before a call that follows it.

Slot Bus::match_manager_signal(const char* member, sd_bus_message_handler_t handler,
                               void* userdata) const {
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal_async(get(), &slot, sender(), manager_path, manager_interface, member,
                                    handler, nullptr, userdata),
          fmt::format("watch systemd's signal {}", member));
    return Slot(slot);
}

Slot Bus::match_unit_changes(const std::string& path, sd_bus_message_handler_t handler,
                             void* userdata) const {
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal_async(get(), &slot, sender(), path.c_str(),
                                    "org.freedesktop.DBus.Properties", "PropertiesChanged", handler,
                                    nullptr, userdata),
          "watch " + path);
    return Slot(slot);
}

Message Bus::new_call(const Method& method) const {
    sd_bus_message* created = nullptr;
    check(sd_bus_message_new_method_call(get(), &created, systemd_service, method.path,
                                         method.interface, method.name),
          writing_attempt);
    return Message(created);
}

int Bus::call(const Message& call, BusError& error, Message& reply) const {
    return receive(send(call), error, reply);
}

SentCall Bus::send(const Message& call) const {
    SentCall sent;
    sd_bus_slot* created = nullptr;
    sent.result_ = std::min(
        sd_bus_call_async(get(), &created, call.get(), &keep_reply, sent.reply_.get(), 0), 0);
    sent.slot_.reset(created);
    return sent;
}

int Bus::receive(SentCall sent, BusError& error, Message& reply) const {
    if (sent.result_ < 0) {
        return sent.result_;
    }
    auto& received = *sent.reply_;
    // A signal leaves systemd the time in which it usually answers: what cleans up shall be heard.
    loop_->run_until([&] { return received != nullptr; }, EventLoop::Clock::time_point::max(),
                     AtSignal::use_the_grace);
    if (sd_bus_message_is_method_error(received.get(), nullptr) > 0) {
        sd_bus_error_copy(error.out(), sd_bus_message_get_error(received.get()));
        return -sd_bus_message_get_errno(received.get());
    }
    reply = std::move(received);
    return 0;
}

} // namespace k8s_node
