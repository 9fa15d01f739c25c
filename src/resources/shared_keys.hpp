// The keys that a control plane gets from its join data, before it issues what they sign.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// True if the join data of this run have all files of an item that is missing.
[[nodiscard]] bool is_given(const PkiItem& item, const System& system);

/// Writes each of an item's files that does not exist; secret ones are 0600. Throws
/// Error(unsuitable) if one exists and holds something else, which is never overwritten.
void place_given(const PkiItem& item, const System& system);

} // namespace k8s_node
