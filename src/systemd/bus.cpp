#include "systemd/bus.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

/// Long, because PID 1 reloads its units before it replies, and generators of other packages can
/// be slow.
constexpr std::uint64_t call_timeout_us = 90'000'000;

/// Returns the time until a CLOCK_MONOTONIC timestamp in microseconds, as sd-bus gives it; one
/// hour at most, after which the caller asks again.
std::chrono::milliseconds until(std::uint64_t due_us) {
    constexpr auto longest = std::chrono::milliseconds(std::chrono::hours(1));
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto now_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    if (due_us <= now_us) {
        return std::chrono::milliseconds(0);
    }
    const auto left = (due_us - now_us) / 1000 + 1;
    return left < static_cast<std::uint64_t>(longest.count())
               ? std::chrono::milliseconds(static_cast<std::int64_t>(left))
               : longest;
}

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

Bus::Bus(Handle bus) : bus_(std::move(bus)) {
    check(sd_bus_set_method_call_timeout(get(), call_timeout_us), "set the call timeout");
}

Bus Bus::open_system() {
    require_systemd();
    return connect_system_bus();
}

Bus Bus::open_for_questions() {
    require_systemd();
    if (::geteuid() == 0) {
        try {
            return connect_private();
        } catch (const Error&) {
            return open_system();
        }
    }
    return open_system();
}

Bus Bus::connect_system_bus() {
    sd_bus* opened = nullptr;
    int result = sd_bus_open_system(&opened);
    if (result >= 0) {
        Bus bus{Handle(opened)};
        result = bus.become_ready();
        if (result >= 0) {
            return bus;
        }
    }
    if (::geteuid() == 0) {
        return connect_private();
    }
    auto error = system_error(-result, "connect to the system bus");
    throw error.try_this("run systemctl start dbus.socket, or run as root");
}

Bus Bus::connect_private() {
    constexpr const char* address = "unix:path=/run/systemd/private";
    constexpr const char* attempt = "connect to systemd at /run/systemd/private";
    sd_bus* created = nullptr;
    check(sd_bus_new(&created), attempt);
    Handle bus(created);
    check(sd_bus_set_address(bus.get(), address), attempt);
    check(sd_bus_start(bus.get()), attempt);
    return Bus(std::move(bus));
}

/// Opening is asynchronous: the connection is ready once the bus has answered.
int Bus::become_ready() const {
    for (;;) {
        const int ready = sd_bus_is_ready(get());
        if (ready != 0) {
            return ready;
        }
        const int processed = sd_bus_process(get(), nullptr);
        if (processed < 0) {
            return processed;
        }
        if (processed == 0) {
            wait_in_call();
        }
    }
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

Slot Bus::match_disconnected(sd_bus_message_handler_t handler, void* userdata) const {
    constexpr const char* local = "org.freedesktop.DBus.Local";
    sd_bus_slot* slot = nullptr;
    check(sd_bus_match_signal_async(get(), &slot, local, "/org/freedesktop/DBus/Local", local,
                                    "Disconnected", handler, nullptr, userdata),
          "watch the connection to systemd");
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
    while (!received) {
        const int processed = sd_bus_process(get(), nullptr);
        if (processed < 0) {
            return processed;
        }
        if (processed == 0) {
            wait_in_call();
        }
    }
    if (sd_bus_message_is_method_error(received.get(), nullptr) > 0) {
        sd_bus_error_copy(error.out(), sd_bus_message_get_error(received.get()));
        return -sd_bus_message_get_errno(received.get());
    }
    reply = std::move(received);
    return 0;
}

/// A signal leaves systemd the time in which it usually answers: what cleans up shall be heard.
void Bus::wait_in_call() const {
    using std::chrono::milliseconds;
    if (interrupt_signal() == 0) {
        sleep(std::chrono::hours(1), interrupt_fd());
        return;
    }
    const auto left =
        std::chrono::ceil<milliseconds>(end_of_grace() - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) {
        throw_if_interrupted();
    }
    sleep(left, -1);
}

void Bus::sleep(std::chrono::milliseconds longest, int wake) const {
    constexpr const char* attempt = "wait for systemd";
    std::uint64_t due = 0;
    check(sd_bus_get_timeout(get(), &due), attempt);
    const auto left = std::min(longest, until(due));
    const auto events = static_cast<short>(check(sd_bus_get_events(get()), attempt));
    std::array<pollfd, 2> waits{
        {{check(sd_bus_get_fd(get()), attempt), events, 0}, {wake, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(),
               static_cast<int>(std::max<std::int64_t>(left.count(), 0))) < 0 &&
        errno != EINTR) {
        throw system_error(errno, attempt);
    }
}

} // namespace k8s_node
