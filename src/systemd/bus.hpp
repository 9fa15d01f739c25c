// The connection to systemd, and owning handles for sd-bus objects.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <systemd/sd-bus.h>

#include "loop/check.hpp"
#include "loop/event_loop.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

using Message = CHandle<sd_bus_message, sd_bus_message_unref>;
using Slot = CHandle<sd_bus_slot, sd_bus_slot_unref>;

inline constexpr const char* systemd_service = "org.freedesktop.systemd1";
inline constexpr const char* manager_path = "/org/freedesktop/systemd1";
inline constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";

/// An error reply that frees itself.
class BusError {
public:
    BusError() noexcept = default;
    BusError(const BusError&) = delete;
    BusError& operator=(const BusError&) = delete;
    BusError(BusError&&) = delete;
    BusError& operator=(BusError&&) = delete;
    ~BusError() { sd_bus_error_free(&error_); }

    /// For the `ret_error` argument of one call.
    [[nodiscard]] sd_bus_error* out() noexcept { return &error_; }
    [[nodiscard]] bool is(const char* name) const noexcept {
        return sd_bus_error_has_name(&error_, name) > 0;
    }
    /// Returns the error "<attempt>: <systemd's message>" with a hint; `result` is the negative
    /// errno of the call.
    [[nodiscard]] Error failure(int result, std::string_view attempt) const;

private:
    sd_bus_error error_{};
};

/// A call that was sent. Its reply is taken by Bus::receive(), and dropped without that.
class SentCall {
    friend class Bus;
    int result_ = 0; ///< of sending: a negative errno, or 0
    std::unique_ptr<Message> reply_ = std::make_unique<Message>(); ///< sd-bus knows its address
    Slot slot_;
};

/// A method of an object of systemd.
struct Method {
    const char* path;
    const char* interface;
    const char* name;
};

/// A connection that a loop, which must outlive it, serves (sd_bus_attach_event(3)): messages are
/// handled in the loop's iterations. If the connection ends, Error leaves the loop's run.
class Bus {
public:
    /// Connects to systemd over the system bus or, if that is not running (early boot, minimal
    /// machines), as root over systemd's private socket. Throws Error(unsuitable) if systemd is
    /// not PID 1.
    [[nodiscard]] static Bus open_system(EventLoop& loop);

    /// For many queries without waiting: as root over systemd's private socket, as systemctl
    /// does, so that no query goes through another process. Such a connection ends when systemd
    /// re-executes itself. Otherwise like open_system().
    [[nodiscard]] static Bus open_for_questions(EventLoop& loop);

    [[nodiscard]] sd_bus* get() const noexcept { return bus_.get(); }
    [[nodiscard]] EventLoop& loop() const noexcept { return *loop_; }
    [[nodiscard]] bool is_open() const noexcept { return sd_bus_is_open(bus_.get()) > 0; }

    /// Like sd_bus_call(3), but waits in the loop: systemd may not answer for a minute, while it
    /// reloads its units. Other messages that arrive meanwhile are handled. A call is sent, and
    /// answered if that is soon, also after a signal that asks this run to end; then throws
    /// Interrupted.
    int call(const Message& call, BusError& error, Message& reply) const;

    /// The two halves of call(): several calls that are sent before the first reply is received
    /// take one round trip.
    [[nodiscard]] SentCall send(const Message& call) const;
    int receive(SentCall sent, BusError& error, Message& reply) const;

    /// Calls a method of one of systemd's objects. `types` and `arguments` are as in
    /// sd_bus_message_append(3); returns and throws like call().
    template <typename... Arguments>
    int call_method(const Method& method, BusError& error, Message& reply, const char* types,
                    Arguments... arguments) const {
        const auto call = new_call(method);
        if (types != nullptr) {
            check(sd_bus_message_append(call.get(), types, arguments...), writing_attempt);
        }
        return this->call(call, error, reply);
    }

    /// Calls a method of systemd's manager; throws Error "<attempt>: …".
    template <typename... Arguments>
    Message call_manager(std::string_view attempt, const char* method, const char* types,
                         Arguments... arguments) const {
        BusError error;
        Message reply;
        const int result = call_method({manager_path, manager_interface, method}, error, reply,
                                       types, arguments...);
        if (result < 0) {
            throw error.failure(result, attempt);
        }
        return reply;
    }

    [[nodiscard]] Message new_call(const Method& method) const;

    /// Calls `handler` for each such signal of systemd as long as the slot exists.
    [[nodiscard]] Slot match_manager_signal(const char* member, sd_bus_message_handler_t handler,
                                            void* userdata) const;
    /// Calls `handler` for each change of a unit's properties; systemd sends
    /// them to subscribers only.
    [[nodiscard]] Slot match_unit_changes(const std::string& path, sd_bus_message_handler_t handler,
                                          void* userdata) const;

private:
    using Handle = CHandle<sd_bus, sd_bus_close_unref>; ///< a flush could block
    static constexpr const char* writing_attempt = "write a call to systemd";

    Bus(EventLoop& loop, Handle bus);
    static void require_systemd();
    [[nodiscard]] static Bus connect_system_bus(EventLoop& loop);
    [[nodiscard]] static Bus connect_private(EventLoop& loop);
    [[nodiscard]] int become_ready();
    void hear_its_end();
    static int on_disconnected(sd_bus_message* message, void* loop, sd_bus_error* error) noexcept;
    [[nodiscard]] const char* sender() const;

    EventLoop* loop_;
    Handle bus_;
    Slot disconnected_;
};

} // namespace k8s_node
