// Leavings as a JSON value, for the files that hold them.
#pragma once

#include <nlohmann/json.hpp>

#include "model/leavings.hpp"

namespace k8s_node {

[[nodiscard]] nlohmann::ordered_json json_of(const Leavings& leavings);

/// Throws nlohmann::json::exception where a kind is no list of texts.
[[nodiscard]] Leavings leavings_of(const nlohmann::json& document);

} // namespace k8s_node
