// Values of a setting other than the one it has.
#pragma once

#include <string>
#include <vector>

#include "model/setting.hpp"

namespace k8s_node {

/// Returns some, as YAML, of which one is probably valid. Pure.
[[nodiscard]] std::vector<std::string> other_values(const Setting& setting);

} // namespace k8s_node
