#include "systemd/unit_news.hpp"

#include <algorithm>
#include <utility>

#include "systemd/properties.hpp"

namespace k8s_node {

namespace {

/// systemd sends unit signals only to subscribers; subscribing twice is a harmless error.
void subscribe(const Bus& bus) {
    BusError error;
    Message reply;
    const int result =
        bus.call_method({manager_path, manager_interface, "Subscribe"}, error, reply, nullptr);
    if (result < 0 && !error.is("org.freedesktop.systemd1.AlreadySubscribed")) {
        throw error.failure(result, "subscribe to systemd's signals");
    }
}

} // namespace

UnitNews::UnitNews(const Bus& bus, std::span<const std::string> units) {
    subscribe(bus);
    for (const auto& unit : units) {
        watched_.push_back(std::make_unique<Watched>(Watched{.unit = unit}));
        watched_.back()->slot =
            bus.match_unit_changes(unit_path(unit), &on_change, watched_.back().get());
    }
}

bool UnitNews::any() const {
    return std::ranges::any_of(watched_, [](const auto& watched) { return watched->news; });
}

std::vector<std::string> UnitNews::take() {
    std::vector<std::string> units;
    for (const auto& watched : watched_) {
        if (std::exchange(watched->news, false)) {
            units.push_back(watched->unit);
        }
    }
    return units;
}

int UnitNews::on_change(sd_bus_message* /*message*/, void* watched,
                        sd_bus_error* /*error*/) noexcept {
    static_cast<Watched*>(watched)->news = true;
    return 0;
}

} // namespace k8s_node
