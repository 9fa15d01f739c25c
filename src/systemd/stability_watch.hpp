// Watching units that run, for a while, to see whether they keep running.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"
#include "systemd/unit_news.hpp"

namespace k8s_node {

/// What is to be said of a unit that does not run as it did.
[[nodiscard]] UnitInstability describe_instability(const UnitState& state);

/// One watch of some units. systemd tells of changes by signals; a state is
/// read again only when it says that there is news.
class StabilityWatch {
public:
    StabilityWatch(const Bus& bus, ServiceManager& manager, std::span<const std::string> units);
    StabilityWatch(const StabilityWatch&) = delete;
    StabilityWatch& operator=(const StabilityWatch&) = delete;
    StabilityWatch(StabilityWatch&&) = delete;
    StabilityWatch& operator=(StabilityWatch&&) = delete;
    ~StabilityWatch() = default;

    /// As ServiceManager::watch_stability.
    [[nodiscard]] std::optional<UnitInstability> run(std::chrono::milliseconds window);

private:
    [[nodiscard]] std::optional<UnitInstability> look_at(const std::string& unit);
    [[nodiscard]] std::optional<UnitInstability> look_at_news();

    const Bus& bus_;
    ServiceManager& manager_;
    UnitNews news_;
    std::map<std::string, std::string> invocations_; ///< of the starts that are watched
};

} // namespace k8s_node
