#include "systemd/bus_on_loop.hpp"

namespace k8s_node {

BusOnLoop::BusOnLoop(const Bus& bus, EventLoop& loop)
    : bus_(bus), disconnected_(bus.match_disconnected(&on_disconnected, &loop)) {
    check(sd_bus_attach_event(bus.get(), loop.get(), SD_EVENT_PRIORITY_NORMAL),
          "listen to systemd");
}

BusOnLoop::~BusOnLoop() {
    sd_bus_detach_event(bus_.get());
}

int BusOnLoop::on_disconnected(sd_bus_message* /*message*/, void* loop,
                               sd_bus_error* /*error*/) noexcept {
    static_cast<EventLoop*>(loop)->guard([] {
        Error error("the connection to systemd ended");
        throw error.try_this("run the same command again; systemd continues its jobs");
    });
    return 0;
}

} // namespace k8s_node
