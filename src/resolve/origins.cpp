#include "resolve/origins.hpp"

#include <algorithm>

namespace k8s_node {

namespace {

NamedValue choice(const std::string& name, const std::string& value, const Position& at) {
    return {name, Tree::scalar(value, true, at)};
}

void list_artifacts(const ResolveInput& input, const Composition& composition, NodeSpec& spec) {
    for (const auto& [logical, actual] : composition.artifact_names) {
        if (logical != actual.name) {
            spec.choices.push_back(choice("artifacts." + logical, actual.name, actual.at));
        }
    }
    for (const auto& artifact : spec.artifacts) {
        const auto declared =
            std::find_if(input.release.artifacts.begin(), input.release.artifacts.end(),
                         [&](const auto& each) { return each.name == artifact.name; });
        const auto at = declared == input.release.artifacts.end() ? input.release.at : declared->at;
        const auto name = "artifacts." + artifact.name;
        spec.choices.push_back(choice(name + ".version", artifact.version, at));
        spec.choices.push_back(choice(name + ".url", artifact.url, at));
        spec.choices.push_back(choice(name + ".digest", artifact.digest.text(), at));
    }
}

bool is_there(const std::string& name, const std::vector<NamedValue>& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const NamedValue& part) {
        return part.name == name || part.name.starts_with(name + ".");
    });
}

/// Lists entries that were set to null and not set again by a later layer.
void list_removals(const std::string& name, const Tree& tree, std::vector<NamedValue>& parts) {
    for (const auto& entry : tree.entries()) {
        const auto inner = name + "." + entry.key;
        if (entry.value.is_null() && !is_there(inner, parts)) {
            parts.push_back({inner, Tree::null(entry.key_at)});
        } else if (entry.value.is_map()) {
            list_removals(inner, entry.value, parts);
        }
    }
}

} // namespace

void list_origins(const ResolveInput& input, const Composition& composition, NodeSpec& spec) {
    for (const auto& component : spec.components) {
        spec.choices.push_back(choice("components", component, composition.named_at.at(component)));
    }
    for (const auto* layer : composition.layers) {
        for (const auto& named : layer->without) {
            spec.choices.push_back(choice("without", named.name, named.at));
        }
    }
    list_artifacts(input, composition, spec);
    // Starts with the last layer: the last removal is the one that counts.
    for (auto layer = composition.layers.rbegin(); layer != composition.layers.rend(); ++layer) {
        for (const auto& component : (*layer)->overrides.entries()) {
            if (composition.named_at.contains(component.key)) {
                list_removals(component.key, component.value, spec.parts);
            }
        }
    }
}

} // namespace k8s_node
