// Generations as render makes them: the manifest names what each unit reads.
#pragma once

#include "render/unit_inputs.hpp"

namespace k8s_node::test {

/// Fills in the inputs of all units from their texts; keys are the paths below /etc/kubernetes.
inline Generation with_inputs(Generation generation) {
    std::set<std::string> keys;
    for (const auto& [path, content] : generation.files) {
        keys.merge(paths_below("/etc/kubernetes", content));
    }
    for (auto& unit : generation.manifest.units) {
        unit.inputs = unit_inputs(generation, generation.files.at("units/" + unit.name), keys);
    }
    return generation;
}

} // namespace k8s_node::test
