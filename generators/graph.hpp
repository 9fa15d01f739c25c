// Makes the units of this boot from a decision, without side effects: the graph belongs to the
// generator, the unit files to the generation.
#pragma once

#include <string>

#include "generators/decision.hpp"
#include "generators/output_tree.hpp"

namespace k8s_node::generator {

/// The directory of the package's own units, systemd.unit(5).
struct Installation {
    std::string unit_directory = "/usr/lib/systemd/system";
};

/// Returns the units, drop-ins and links for a decision. Throws Error if a manifest contains what
/// cannot be a unit; never for Damaged.
[[nodiscard]] OutputTree generate(const Decision& decision, const Installation& installation);

} // namespace k8s_node::generator
