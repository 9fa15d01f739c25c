// Control groups of pods, in every mounted hierarchy.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace k8s_node::teardown {

/// Returns the directories of groups with one of the names at the top of a hierarchy.
[[nodiscard]] std::vector<std::filesystem::path>
find_cgroups(const std::vector<std::string>& names);

/// Removes a group and those below it; processes must have ended. Throws Error (busy) naming the
/// group that still has one.
void remove_cgroup(const std::filesystem::path& group);

} // namespace k8s_node::teardown
