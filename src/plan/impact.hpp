// Which units a new generation touches: pure comparison of two generations.
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

/// Units of `next` that must be restarted if they run: their own text differs,
/// or a file that the text names does (a config of the generation, a host file
/// or link, or one of `replaced_paths`, e.g. a renewed certificate). A file that
/// is named counts with all that its own text names.
[[nodiscard]] std::vector<UnitImpact> impacted_units(const Generation& current,
                                                     const Generation& next,
                                                     const std::set<std::string>& replaced_paths);

/// Units of `current` that `next` does not have, last started first.
[[nodiscard]] std::vector<std::string> dropped_units(const Generation& current,
                                                     const Generation& next);

/// What differs between two generations, file by file.
[[nodiscard]] std::string generation_diff(const Generation& current, const Generation& next);

} // namespace k8s_node
