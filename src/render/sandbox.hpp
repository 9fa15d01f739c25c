// The strict sandbox of services that need only the network, their own state and their
// credentials.
#pragma once

#include "unit/unit_file.hpp"

namespace k8s_node {

/// Adds the directives of systemd.exec(5) to [Service], each on its own line so that `systemctl
/// cat` shows all of it and a drop-in can undo one. Does not touch directives that the file
/// already sets: for most of them the last line counts, and that must be the operator's.
void add_strict_sandbox(unit::UnitFile& file);

} // namespace k8s_node
