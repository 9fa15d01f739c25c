// How a unit ended, according to systemd and the journal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

/// Fills in the result of the unit, the command that failed and how it ended. With Restart=
/// systemd forgets that when the unit starts again, often after 100 ms.
void fill_from_service(UnitFailure& failure, const Bus& bus);

/// Fills in the last journal lines since `since_us` (CLOCK_MONOTONIC) and the reason among them.
/// Slow compared to fill_from_service().
void quote_journal(UnitFailure& failure, const std::string& unit, std::uint64_t since_us,
                   std::size_t lines);

/// Like ServiceManager::unit_state() and unit_states().
[[nodiscard]] UnitState read_unit_state(const Bus& bus, const std::string& unit);
[[nodiscard]] std::vector<UnitState> read_unit_states(const Bus& bus,
                                                      std::span<const std::string> units);

} // namespace k8s_node
