// Settings that a node keeps from its first install on: what was made with
// them (a database, networks of pods, names) cannot be made over by a restart.
#pragma once

#include "config/composition.hpp"

namespace k8s_node {

/// Puts what is installed in place of the defaults of fixed settings: what
/// nobody sets stays as it is, whatever the machine is called now.
void keep_installed(const InstalledValues& installed, Composition& composition);

/// Reports each fixed setting with another value than the installed one, at
/// those places that the operator wrote, if there are any.
void check_fixed(const Settings& settings, const InstalledValues& installed,
                 Diagnostics& diagnostics);

} // namespace k8s_node
