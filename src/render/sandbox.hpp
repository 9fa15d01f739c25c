// The strict sandbox of services that need nothing of the machine but network,
// their own state and their credentials.
#pragma once

#include "unit/unit_file.hpp"

namespace k8s_node {

/// Adds the directives of systemd.exec(5) to [Service], each on its own line
/// so that `systemctl cat` shows all of it and a drop-in can undo one. What the
/// file sets already stays as it is: for most directives the last line counts,
/// and the operator's must.
void add_strict_sandbox(unit::UnitFile& file);

} // namespace k8s_node
