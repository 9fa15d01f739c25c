// The connection to systemd, served by an event loop.
#pragma once

#include "loop/event_loop.hpp"
#include "systemd/bus.hpp"

namespace k8s_node {

/// While it lives, messages of the connection are handled in the iterations of a loop
/// (sd_bus_attach_event(3)). If the connection ends, Error leaves the loop's run. Both must
/// outlive it. Calls that wait for their reply remain possible; they handle what arrives
/// meanwhile, so a predicate that makes calls must look again before the loop sleeps.
class BusOnLoop {
public:
    BusOnLoop(const Bus& bus, EventLoop& loop);
    BusOnLoop(const BusOnLoop&) = delete;
    BusOnLoop& operator=(const BusOnLoop&) = delete;
    BusOnLoop(BusOnLoop&&) = delete;
    BusOnLoop& operator=(BusOnLoop&&) = delete;
    ~BusOnLoop();

private:
    static int on_disconnected(sd_bus_message* message, void* loop, sd_bus_error* error) noexcept;

    const Bus& bus_;
    Slot disconnected_;
};

} // namespace k8s_node
