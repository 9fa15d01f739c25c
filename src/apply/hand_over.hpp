// Stand-ins: second services beside those that are about to be restarted.
#pragma once

#include <functional>

#include "apply/system.hpp"

namespace k8s_node {

/// Where the unit file of a stand-in lies. A boot has forgotten it.
[[nodiscard]] std::string stand_in_path(const std::string& stand_in);

/// Calls `restart` while stand-ins of this generation run for the units that
/// the changes hand over (ChangeKind::hand_over). Throws UnitError, and has not
/// called it, where one does not become ready. A unit whose process
/// does not share its ports is restarted without one, which is told. Whatever
/// ends it, no stand-in stays.
void with_stand_ins(const std::vector<Change>& changes, const Generation& next, System& system,
                    const std::function<void()>& restart);

/// Ends and removes the stand-ins that a killed run has left, of all units that
/// this node ever had.
void remove_stand_ins(System& system);

} // namespace k8s_node
