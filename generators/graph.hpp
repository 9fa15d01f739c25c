// From a decision to the units of this boot. Pure: the graph belongs to the
// generator, the bodies of the units to the generation.
#pragma once

#include <string>

#include "generators/decision.hpp"
#include "generators/output_tree.hpp"

namespace k8s_node::generator {

/// Where the package's own units lie, systemd.unit(5).
struct Installation {
    std::string unit_directory = "/usr/lib/systemd/system";
};

/// The units, drop-ins and links for a decision. Throws Error if a manifest
/// holds what cannot be a unit; for Damaged it never does.
[[nodiscard]] OutputTree generate(const Decision& decision, const Installation& installation);

} // namespace k8s_node::generator
