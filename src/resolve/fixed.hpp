// Settings that cannot change after the first install: what was created with them (a database,
// pod networks, names) cannot be changed by a restart.
#pragma once

#include "resolve/composition.hpp"

namespace k8s_node {

/// Replaces the defaults of fixed settings with the installed values: what nobody sets stays as
/// it is, even if the host name changed.
void keep_installed(const InstalledValues& installed, Composition& composition);

/// Reports each fixed setting whose value differs from the installed one, at the places that the
/// operator wrote, if any.
void check_fixed(const Settings& settings, const InstalledValues& installed,
                 Diagnostics& diagnostics);

} // namespace k8s_node
