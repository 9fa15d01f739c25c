// Dependency cycles: settings that refer to each other, components that need each other, services
// that wait for each other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// An edge FROM → TO and where it is written.
struct Edge {
    std::string from;
    std::string to;
    Position at;
};

/// Returns the cycles, each as its edges in order with the closing one last. A graph of N edges
/// gives at most N.
[[nodiscard]] std::vector<std::vector<Edge>> find_cycles(const std::vector<Edge>& edges);

/// "a -> b -> a".
[[nodiscard]] std::string cycle_text(const std::vector<Edge>& cycle);

} // namespace k8s_node
