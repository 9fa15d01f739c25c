// Cleanup as a JSON value, for the files that contain it.
#pragma once

#include <nlohmann/json.hpp>

#include "model/cleanup.hpp"

namespace k8s_node {

[[nodiscard]] nlohmann::ordered_json json_of(const Cleanup& cleanup);

/// Throws nlohmann::json::exception if a kind is not a list of strings.
[[nodiscard]] Cleanup cleanup_of(const nlohmann::json& document);

} // namespace k8s_node
