// YAML text → Tree, strictly: one document, no duplicate keys, no anchors or aliases, no tags of
// other programs. Why not YAML::Load: it silently keeps the first of two equal keys and gives an
// alias the position of its anchor.
#pragma once

#include "model/tree.hpp"

namespace k8s_node {

/// Parses `source` from byte `start` of its first line on. Errors go to `diagnostics`; the tree
/// then holds what could be read. An empty document is an empty map.
[[nodiscard]] Tree parse_yaml(const Source& source, Diagnostics& diagnostics,
                              std::size_t start = 0);

/// Reads a file as one layer and parses it. One that cannot be read is reported
/// and counts as empty.
[[nodiscard]] Tree parse_yaml_file(const std::string& path, const std::string& layer,
                                   Diagnostics& diagnostics);

} // namespace k8s_node
