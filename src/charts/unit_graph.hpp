// The order in which systemd starts the units of a node.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/manifest.hpp"

namespace k8s_node {

struct UnitGraph {
    /// A dependency on another unit of the node, systemd.unit(5).
    struct Edge {
        std::string on;        ///< "etcd.service"
        bool required = false; ///< Requires=: they go down together
        bool operator==(const Edge&) const = default;
    };
    struct Unit {
        std::string name;
        std::string component;
        std::vector<Edge> after;
        bool in_target = true; ///< k8s-node.target starts it, not another unit
        std::size_t step = 1;  ///< one later than the last of the units that it waits for
    };
    std::vector<Unit> units; ///< by step, then by name
};

/// Returns the graph between the units of a generation, from After=, Before= and Requires=. An
/// order that follows from others is left out, unless it is a requirement. Pure.
[[nodiscard]] UnitGraph unit_graph(const Manifest& manifest);

} // namespace k8s_node
