// Cycles in what is declared: settings that refer to each other, components
// that need each other, services that wait for each other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// "FROM to TO", and where it is written.
struct Edge {
    std::string from;
    std::string to;
    Position at;
};

/// Every edge that closes a way back to where it started, with that way: the
/// edges in order, the closing one last. A graph of N edges gives at most N.
[[nodiscard]] std::vector<std::vector<Edge>> find_cycles(const std::vector<Edge>& edges);

/// "a -> b -> a".
[[nodiscard]] std::string cycle_text(const std::vector<Edge>& cycle);

} // namespace k8s_node
