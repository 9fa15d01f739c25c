// The part of a unit's state that systemd reports by signals as it changes. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "systemd/properties.hpp"

namespace k8s_node {

/// Each field as in UnitState. Two starts in a row differ at least in `entered_us`, even if
/// systemd sends one signal for both.
struct UnitCondition {
    std::string unit;
    std::string active{};
    std::string sub{};
    std::string result{}; ///< of a service, else empty
    std::uint64_t job = 0;
    unsigned restarts = 0;
    std::uint64_t entered_us = 0; ///< when it came into this state, CLOCK_MONOTONIC; 0 for never
    bool operator==(const UnitCondition&) const = default;
};

/// Returns the condition after some properties of the unit, or of its service, have changed.
[[nodiscard]] UnitCondition updated(UnitCondition condition, const PropertyMap& changed);

} // namespace k8s_node
