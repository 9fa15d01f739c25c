// Watches running units for a while, to see whether they keep running.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"
#include "systemd/unit_follower.hpp"

namespace k8s_node {

/// Describes how a unit stopped running as before.
[[nodiscard]] UnitInstability describe_instability(const UnitState& state);

/// One watch of some units. systemd reports changes by signals; a state is read again only after
/// a signal.
class StabilityWatch {
public:
    StabilityWatch(const Bus& bus, ServiceManager& manager, std::span<const std::string> units);
    StabilityWatch(const StabilityWatch&) = delete;
    StabilityWatch& operator=(const StabilityWatch&) = delete;
    StabilityWatch(StabilityWatch&&) = delete;
    StabilityWatch& operator=(StabilityWatch&&) = delete;
    ~StabilityWatch() = default;

    /// Like ServiceManager::watch_stability().
    [[nodiscard]] std::optional<UnitInstability> run(std::chrono::milliseconds window);

private:
    [[nodiscard]] std::optional<UnitInstability> look_at(const std::string& unit);
    [[nodiscard]] std::optional<UnitInstability> look_at_news();

    const Bus& bus_;
    ServiceManager& manager_;
    std::set<std::string> news_; ///< units that changed since they were looked at
    UnitFollower follower_;
    std::map<std::string, std::string> invocations_; ///< of the watched starts, by unit
};

} // namespace k8s_node
