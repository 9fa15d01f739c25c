// The units that a new generation affects: a pure comparison of two generations.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// A unit whose inputs change, and the first input that does.
struct UnitImpact {
    std::string unit;
    std::string why; ///< "its configuration kubelet.yaml changes"
    std::string diff;
    bool operator==(const UnitImpact&) const = default;
};

/// Returns the units of `next` that must be restarted if they run: their own text differs, or one
/// of their inputs (a config of the generation, a host file or link, or one of `replaced_paths`,
/// e.g. a renewed certificate).
[[nodiscard]] std::vector<UnitImpact> impacted_units(const Generation& current,
                                                     const Generation& next,
                                                     const std::set<std::string>& replaced_paths);

/// Returns the units of `current` that `next` does not have, last started first.
[[nodiscard]] std::vector<std::string> dropped_units(const Generation& current,
                                                     const Generation& next);

/// Returns the differences between two generations, file by file.
[[nodiscard]] std::string generation_diff(const Generation& current, const Generation& next);

} // namespace k8s_node
