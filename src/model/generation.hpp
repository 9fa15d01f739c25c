// The rendered result of one node spec, as a tree of files in memory.
#pragma once

#include <map>
#include <string>

#include "model/manifest.hpp"

namespace k8s_node {

/// Holds no secrets. Paths are relative to the generation's directory:
///
///     manifest.json            what the generator reads
///     units/NAME               bodies of units, without edges
///     config/NAME              read by services as current/config/NAME
///     host/PATH                copies of files that belong elsewhere
///     links/PATH               one line each: the target of the link at /PATH
///     cleanup.json             what `reset` removes besides files
///     reliance.json            what else on the machine decides whether pods run
///     objects/NN.json          cluster objects, by name in the order of applying
struct Generation {
    Manifest manifest;
    std::map<std::string, std::string> files; ///< manifest.json included

    bool operator==(const Generation&) const = default;
};

/// Returns the path under which others name a file of a generation, or "" for files that nobody
/// can name (units, objects).
[[nodiscard]] std::string place_of(const std::string& path);

} // namespace k8s_node
