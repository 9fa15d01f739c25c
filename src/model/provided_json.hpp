// Provided as a JSON value, for the files that contain it.
#pragma once

#include "model/json_object.hpp"
#include "model/provided.hpp"

namespace k8s_node {

[[nodiscard]] nlohmann::ordered_json json_of(const Provided& provided);

/// Throws Error for a missing key or a wrong type.
[[nodiscard]] Provided provided_of(const JsonObject& document);

} // namespace k8s_node
