// Watching units that run, for a while, to see whether they keep running.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"

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
    struct Watched {
        StabilityWatch* watch = nullptr;
        std::string unit{};
        std::string invocation{}; ///< of the start that is watched
        bool news = true;
        Slot slot{};
    };

    static int on_change(sd_bus_message* message, void* watched, sd_bus_error* error) noexcept;
    [[nodiscard]] std::optional<UnitInstability> look_at(Watched& watched);
    [[nodiscard]] std::optional<UnitInstability> look_at_news();

    const Bus& bus_;
    ServiceManager& manager_;
    std::vector<std::unique_ptr<Watched>> watched_;
};

} // namespace k8s_node
