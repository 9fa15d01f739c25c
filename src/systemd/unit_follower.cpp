#include "systemd/unit_follower.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
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

/// Asks for all properties of an interface; `handler` gets the reply.
Slot request_properties(const Bus& bus, const std::string& unit, const char* interface,
                        sd_bus_message_handler_t handler, void* userdata) {
    sd_bus_slot* slot = nullptr;
    check(sd_bus_call_method_async(bus.get(), &slot, systemd_service, unit_path(unit).c_str(),
                                   "org.freedesktop.DBus.Properties", "GetAll", handler, userdata,
                                   "s", interface),
          "ask for the state of " + unit);
    return Slot(slot);
}

void throw_if_error(sd_bus_message* reply, const std::string& unit) {
    const auto* error = sd_bus_message_get_error(reply);
    if (error != nullptr) {
        throw Error("read the state of " + unit + ": " +
                    (error->message != nullptr ? error->message : error->name));
    }
}

} // namespace

struct UnitFollower::Followed {
    UnitFollower* follower;
    UnitCondition condition; ///< as far as it is known
    bool is_known = false;   ///< all of it
    std::optional<UnitCondition> told{};
    Slot changes{};
    Slot service_reply{};
    Slot unit_reply{};
};

UnitFollower::UnitFollower(const Bus& bus, std::span<const std::string> units, UnitEvents events)
    : bus_(bus), events_(std::move(events)),
      job_removed_(bus.match_manager_signal("JobRemoved", &on_job_removed, this)),
      reloading_(bus.match_manager_signal("Reloading", &on_reloading, this)) {
    subscribe(bus);
    for (const auto& unit : units) {
        followed_.push_back(
            std::make_unique<Followed>(Followed{.follower = this, .condition = {.unit = unit}}));
        followed_.back()->changes =
            bus.match_unit_changes(unit_path(unit), &on_change, followed_.back().get());
    }
    read_all();
}

UnitFollower::~UnitFollower() = default;

/// The replies come in the order of the requests, and in order with signals.
void UnitFollower::read_all() {
    for (const auto& followed : followed_) {
        const auto& unit = followed->condition.unit;
        if (unit.ends_with(".service")) {
            followed->service_reply = request_properties(bus_, unit, service_interface,
                                                         &on_service_reply, followed.get());
        }
        followed->unit_reply =
            request_properties(bus_, unit, unit_interface, &on_unit_reply, followed.get());
    }
}

void UnitFollower::take(Followed& followed, sd_bus_message* message) {
    throw_if_error(message, followed.condition.unit);
    followed.condition = updated(std::move(followed.condition), read_property_map(message));
}

void UnitFollower::tell(Followed& followed) const {
    if (!followed.is_known || followed.told == followed.condition) {
        return;
    }
    followed.told = followed.condition;
    if (events_.changed) {
        events_.changed(followed.condition);
    }
}

int UnitFollower::on_change(sd_bus_message* message, void* followed,
                            sd_bus_error* /*error*/) noexcept {
    auto& unit = *static_cast<Followed*>(followed);
    unit.follower->bus_.loop().guard([&] {
        const char* interface = nullptr;
        check(sd_bus_message_read(message, "s", &interface), "read a change of a unit");
        unit.follower->take(unit, message);
        // Of each change systemd sends the service's part first
        // (bus_unit_send_change_signal() in its src/core/dbus-unit.c).
        if (std::string_view(interface) == unit_interface) {
            unit.follower->tell(unit);
        }
    });
    return 0;
}

int UnitFollower::on_service_reply(sd_bus_message* reply, void* followed,
                                   sd_bus_error* /*error*/) noexcept {
    auto& unit = *static_cast<Followed*>(followed);
    unit.follower->bus_.loop().guard([&] { unit.follower->take(unit, reply); });
    return 0;
}

int UnitFollower::on_unit_reply(sd_bus_message* reply, void* followed,
                                sd_bus_error* /*error*/) noexcept {
    auto& unit = *static_cast<Followed*>(followed);
    unit.follower->bus_.loop().guard([&] {
        unit.follower->take(unit, reply);
        unit.is_known = true;
        unit.follower->tell(unit);
    });
    return 0;
}

int UnitFollower::on_job_removed(sd_bus_message* message, void* self,
                                 sd_bus_error* /*error*/) noexcept {
    const auto& follower = *static_cast<UnitFollower*>(self);
    follower.bus_.loop().guard([&] { follower.job_removed(message); });
    return 0;
}

void UnitFollower::job_removed(sd_bus_message* message) const {
    const char* unit = nullptr;
    const char* word = nullptr;
    check(sd_bus_message_read(message, "uoss", nullptr, nullptr, &unit, &word),
          "read the end of a job from systemd");
    const bool is_followed = std::ranges::any_of(
        followed_, [&](const auto& each) { return each->condition.unit == unit; });
    if (is_followed && events_.job_ended) {
        events_.job_ended(unit, parse_job_result(word));
    }
}

/// A reload can take units away, or give them another type, without a signal of theirs.
int UnitFollower::on_reloading(sd_bus_message* message, void* self,
                               sd_bus_error* /*error*/) noexcept {
    auto& follower = *static_cast<UnitFollower*>(self);
    follower.bus_.loop().guard([&] {
        int begins = 0;
        check(sd_bus_message_read(message, "b", &begins), "read the end of a reload of systemd");
        if (begins == 0) {
            follower.read_all();
        }
    });
    return 0;
}

} // namespace k8s_node
