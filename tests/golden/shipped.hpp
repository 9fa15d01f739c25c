// The shipped components and profiles on a machine that is always the same.
#pragma once

#include <filesystem>
#include <string>

#include "resolve/resolve.hpp"

namespace k8s_node::test {

inline constexpr const char* program = "/usr/bin/k8s-node-install";

/// What was read of a source directory's profiles/ and of one release file,
/// with no node configuration yet. Names of files are given without their
/// directories, so that results do not depend on where the tree lies.
[[nodiscard]] ResolveInput shipped_input(const std::filesystem::path& profiles,
                                         const std::filesystem::path& release);

} // namespace k8s_node::test
