// The etcd of a generation.
#pragma once

#include <filesystem>
#include <optional>

#include "model/manifest.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// Its store entry among those that the generation names; nullopt if it runs none.
[[nodiscard]] std::optional<std::filesystem::path> etcd_entry(const Manifest& manifest);

/// Its version, by the name of that entry.
[[nodiscard]] std::optional<Version> etcd_version(const Manifest& manifest);

} // namespace k8s_node
