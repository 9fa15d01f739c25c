// Stand-ins: second instances of services that are about to be restarted.
#pragma once

#include <functional>

#include "generations/system.hpp"

namespace k8s_node {

/// Returns the path of a stand-in's unit file. It does not survive a reboot.
[[nodiscard]] std::string stand_in_path(const std::string& stand_in);

/// Calls `restart` while stand-ins of this generation run for the units that the changes hand over
/// (ChangeKind::hand_over). Throws UnitError, without calling it, if one does not become ready. A
/// unit whose process does not share its ports is restarted without a stand-in, which is reported.
/// No stand-in is left, however this ends.
void with_stand_ins(const std::vector<Change>& changes, const Generation& next, System& system,
                    const std::function<void()>& restart);

/// Stops and removes the stand-ins that a killed run left, for all units that this node ever had.
void remove_stand_ins(System& system);

} // namespace k8s_node
