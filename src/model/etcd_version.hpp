// The etcd version of a generation.
#pragma once

#include <filesystem>
#include <optional>

#include "model/manifest.hpp"
#include "model/version.hpp"

namespace k8s_node {

/// Returns the store entry of the generation's etcd, or nullopt if it runs none.
[[nodiscard]] std::optional<std::filesystem::path> etcd_entry(const Manifest& manifest);

/// Returns the version of etcd according to the name of that entry.
[[nodiscard]] std::optional<Version> etcd_version(const Manifest& manifest);

} // namespace k8s_node
