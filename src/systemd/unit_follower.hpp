// Follows units as systemd reports their changes: without polling, and without a call that blocks.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "systemd/bus.hpp"
#include "systemd/job.hpp"
#include "systemd/unit_condition.hpp"

namespace k8s_node {

/// Called by the loop; each may be empty.
struct UnitEvents {
    /// With the first condition of each unit and with every other one.
    std::function<void(const UnitCondition&)> changed{};
    /// When a job of a followed unit has ended, also one that left the unit as it was.
    std::function<void(const std::string& unit, JobResult result)> job_ended{};
};

/// Follows a fixed set of units over a connection also through
/// daemon-reloads, after which all conditions are read again. A unit need not be loaded, nor have a
/// file. An error that systemd replies leaves the loop's run. Must not be destroyed by its own
/// callbacks.
class UnitFollower {
public:
    /// Throws Error if systemd cannot be subscribed to.
    UnitFollower(const Bus& bus, std::span<const std::string> units, UnitEvents events);
    UnitFollower(const UnitFollower&) = delete;
    UnitFollower& operator=(const UnitFollower&) = delete;
    UnitFollower(UnitFollower&&) = delete;
    UnitFollower& operator=(UnitFollower&&) = delete;
    ~UnitFollower();

private:
    struct Followed; ///< one unit; sd-bus holds its address

    static int on_change(sd_bus_message* message, void* followed, sd_bus_error* error) noexcept;
    static int on_service_reply(sd_bus_message* reply, void* followed,
                                sd_bus_error* error) noexcept;
    static int on_unit_reply(sd_bus_message* reply, void* followed, sd_bus_error* error) noexcept;
    static int on_job_removed(sd_bus_message* message, void* self, sd_bus_error* error) noexcept;
    static int on_reloading(sd_bus_message* message, void* self, sd_bus_error* error) noexcept;

    void read_all();
    void take(Followed& followed, sd_bus_message* message);
    void tell(Followed& followed) const;
    void job_removed(sd_bus_message* message) const;

    const Bus& bus_;
    UnitEvents events_;
    std::vector<std::unique_ptr<Followed>> followed_;
    Slot job_removed_;
    Slot reloading_;
};

} // namespace k8s_node
