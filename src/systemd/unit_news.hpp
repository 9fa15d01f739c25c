// Tells which of some units have changed, by systemd's signals and without polling.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "systemd/bus.hpp"

namespace k8s_node {

class UnitNews {
public:
    UnitNews(const Bus& bus, std::span<const std::string> units);

    /// True if there is something to take. Signals arrive while the connection is processed.
    [[nodiscard]] bool any() const;
    /// Returns the units that changed since the last call; all on the first call.
    [[nodiscard]] std::vector<std::string> take();

private:
    struct Watched {
        std::string unit;
        bool news = true;
        Slot slot{};
    };

    static int on_change(sd_bus_message* message, void* watched, sd_bus_error* error) noexcept;

    std::vector<std::unique_ptr<Watched>> watched_; ///< sd-bus holds their addresses
};

} // namespace k8s_node
