// How a unit ended, as systemd and the journal tell it.
#pragma once

#include <cstdint>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

/// Fills in the result of the unit, the command that failed and how it ended.
/// With Restart= a unit forgets that when it starts again, often after 100 ms.
void fill_from_service(UnitFailure& failure, const Bus& bus);

/// Fills in the last journal lines since `since_us` (CLOCK_MONOTONIC) and the
/// reason among them. Slow beside the other.
void quote_journal(UnitFailure& failure, const std::string& unit, std::uint64_t since_us,
                   std::size_t lines);

/// As ServiceManager::unit_state.
[[nodiscard]] UnitState read_unit_state(const Bus& bus, const std::string& unit);

} // namespace k8s_node
