#include "systemd/stability_watch.hpp"

#include <utility>

#include "systemd/journal.hpp"
#include "systemd/properties.hpp"

namespace k8s_node {

namespace {

using Clock = std::chrono::steady_clock;

/// systemd sends signals about units only to who asked for them; asking twice
/// is an error that means nothing.
void subscribe(const Bus& bus) {
    BusError error;
    const int result = sd_bus_call_method(bus.get(), systemd_service, manager_path,
                                          manager_interface, "Subscribe", error.out(), nullptr, "");
    if (result < 0 && !error.is("org.freedesktop.systemd1.AlreadySubscribed")) {
        throw error.failure(result, "subscribe to systemd's signals");
    }
}

std::string what_happened(const UnitState& state) {
    auto text = state.is_active() ? std::string("was restarted")
                                  : "is " + state.active + " (" + state.sub + ")";
    return state.result.empty() || state.result == "success" ? text : text + ": " + state.result;
}

} // namespace

StabilityWatch::StabilityWatch(const Bus& bus, ServiceManager& manager,
                               std::span<const std::string> units)
    : bus_(bus), manager_(manager) {
    subscribe(bus);
    for (const auto& unit : units) {
        auto watched = std::make_unique<Watched>();
        watched->watch = this;
        watched->unit = unit;
        watched->slot = bus.match_unit_changes(unit_path(unit), &on_change, watched.get());
        watched->invocation = manager.unit_state(unit).invocation_id;
        watched_.push_back(std::move(watched));
    }
}

std::optional<UnitInstability> StabilityWatch::run(std::chrono::milliseconds window) {
    const auto end = Clock::now() + window;
    for (;;) {
        while (bus_.process()) {
        }
        if (auto found = look_at_news()) {
            return found;
        }
        const auto now = Clock::now();
        if (now >= end) {
            return std::nullopt;
        }
        bus_.wait(std::chrono::ceil<std::chrono::microseconds>(end - now));
    }
}

int StabilityWatch::on_change(sd_bus_message* /*message*/, void* watched,
                              sd_bus_error* /*error*/) noexcept {
    static_cast<Watched*>(watched)->news = true;
    return 0;
}

std::optional<UnitInstability> StabilityWatch::look_at_news() {
    for (auto& watched : watched_) {
        if (!std::exchange(watched->news, false)) {
            continue;
        }
        if (auto found = look_at(*watched)) {
            return found;
        }
    }
    return std::nullopt;
}

/// The start that was watched must go on: another one means that systemd, or
/// somebody, had to start the unit again.
std::optional<UnitInstability> StabilityWatch::look_at(Watched& watched) {
    const auto state = manager_.unit_state(watched.unit);
    if (state.is_active() && state.invocation_id == watched.invocation) {
        return std::nullopt;
    }
    return describe_instability(state);
}

UnitInstability describe_instability(const UnitState& state) {
    return {state.name, what_happened(state), last_journal_lines({state.name, {}, 0, 20})};
}

} // namespace k8s_node
