#include "config/composition.hpp"

#include <algorithm>

#include "config/cycles.hpp"
#include "config/definitions.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// The last definition of a name: sites replace ours by giving the same name.
template <typename Definition>
const Definition* find_last(const std::vector<Definition>& all, const std::string& name) {
    const auto found =
        std::find_if(all.rbegin(), all.rend(), [&](const auto& each) { return each.name == name; });
    return found == all.rend() ? nullptr : &*found;
}

template <typename Definition>
std::string known_names(const std::vector<Definition>& all, const std::string& written) {
    std::vector<std::string> names;
    for (const auto& each : all) {
        names.push_back(each.name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const auto near = nearest_word(written, names);
    return near ? "did you mean '" + *near + "'?" : "there are: " + join(names, ", ");
}

/// The profile and those it extends, base first.
std::vector<const ProfileDefinition*>
profile_chain(const ResolveInput& input, const NamedAt& chosen, Diagnostics& diagnostics) {
    std::vector<const ProfileDefinition*> chain;
    std::optional<NamedAt> next = chosen;
    while (next) {
        const auto* profile = find_last(input.profiles, next->name);
        if (profile == nullptr) {
            diagnostics.add(next->at, "unknown profile '" + next->name + "'",
                            known_names(input.profiles, next->name));
            break;
        }
        if (std::find(chain.begin(), chain.end(), profile) != chain.end()) {
            diagnostics.add(next->at, "profile '" + next->name + "' extends itself");
            break;
        }
        chain.push_back(profile);
        next = profile->extends;
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

/// Component names in the order of their first mention, without those that a
/// later layer leaves out.
std::vector<NamedAt> component_names(const std::vector<const ConfigurationLayer*>& layers,
                                     Diagnostics& diagnostics) {
    std::vector<NamedAt> names;
    const auto find = [&](const std::string& name) {
        return std::find_if(names.begin(), names.end(),
                            [&](const auto& each) { return each.name == name; });
    };
    for (const auto* layer : layers) {
        for (const auto& named : layer->components) {
            if (find(named.name) == names.end()) {
                names.push_back(named);
            }
        }
        for (const auto& named : layer->without) {
            if (const auto found = find(named.name); found != names.end()) {
                names.erase(found);
            } else {
                diagnostics.add(named.at, "'without' names '" + named.name +
                                              "', which is not part of this node");
            }
        }
    }
    return names;
}

/// The component with every layer's override merged on top.
ComponentDefinition overridden(const ComponentDefinition& component,
                               const std::vector<const ConfigurationLayer*>& layers,
                               Diagnostics& diagnostics) {
    ComponentDefinition out = component;
    for (const auto* layer : layers) {
        const auto* override = layer->overrides.find(component.name);
        if (override == nullptr || !override->is_map()) {
            continue;
        }
        const auto& keys = component_body_keys();
        for (const auto& entry : override->entries()) {
            if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
                diagnostics.add(entry.key_at, "'" + entry.key + "' cannot be overridden",
                                "these can: " + join(keys, ", "));
            }
        }
        out.body.merge(*override);
    }
    return out;
}

void check_needs(const Composition& composition, Diagnostics& diagnostics) {
    std::vector<Edge> edges;
    for (const auto& component : composition.components) {
        for (const auto& need : component.needs) {
            edges.push_back({component.name, need.name, need.at});
            if (find_last(composition.components, need.name) == nullptr) {
                diagnostics.add(need.at,
                                "component '" + component.name + "' needs '" + need.name +
                                    "', which is not part of this node",
                                "add '" + need.name + "' to 'components', or leave '" +
                                    component.name + "' out too");
            }
        }
    }
    for (const auto& cycle : find_cycles(edges)) {
        diagnostics.add(cycle.back().at, "components need each other: " + cycle_text(cycle),
                        "make them one component, or take one 'needs' away");
    }
}

/// Where to say that nothing was chosen: the operator's first file, if any.
Position first_file(const std::vector<NodeConfiguration>& layers) {
    const auto found = std::find_if(layers.begin(), layers.end(), [](const auto& layer) {
        return layer.at.source != nullptr && layer.at.line > 0;
    });
    return found == layers.end() ? Position{} : Position{found->at.source, 1, 1};
}

/// The layers that count, or none if no profile could be found.
void gather_layers(const ResolveInput& input, Composition& composition, Diagnostics& diagnostics) {
    const auto chosen = chosen_profile(input.layers);
    if (!chosen && !diagnostics.empty()) {
        diagnostics.cut_short(); // it may stand where something else is wrong
        return;
    }
    if (!chosen) {
        diagnostics.add(first_file(input.layers), "no profile is chosen",
                        "give --profile NAME, or write 'profile: NAME' into "
                        "/etc/k8s-node/node.yaml; " +
                            known_names(input.profiles, ""));
        return;
    }
    composition.profile = chosen->name;
    for (const auto* profile : profile_chain(input, *chosen, diagnostics)) {
        composition.layers.push_back(&profile->layer);
    }
    composition.profile_layers = composition.layers.size();
    for (const auto& layer : input.layers) {
        composition.layers.push_back(&layer.layer);
    }
}

void gather_components(const ResolveInput& input, Composition& composition,
                       Diagnostics& diagnostics) {
    for (const auto& component : input.components) {
        composition.known[component.name] = false;
    }
    for (const auto& named : component_names(composition.layers, diagnostics)) {
        if (const auto* component = find_last(input.components, named.name)) {
            composition.components.push_back(
                overridden(*component, composition.layers, diagnostics));
            composition.named_at[named.name] = named.at;
            composition.known[named.name] = true;
        } else {
            report_unknown_component(named, input.components, diagnostics);
        }
    }
}

} // namespace

const ComponentDefinition* find_component(const std::vector<ComponentDefinition>& all,
                                          const std::string& name) {
    return find_last(all, name);
}

void report_unknown_component(const NamedAt& named, const std::vector<ComponentDefinition>& all,
                              Diagnostics& diagnostics) {
    diagnostics.add(named.at, "unknown component '" + named.name + "'",
                    known_names(all, named.name));
}

Composition compose(const ResolveInput& input, Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    Composition composition;
    gather_layers(input, composition, diagnostics);
    // Without its profile everything else would only repeat the mistake.
    if (diagnostics.is_cut_short() || diagnostics.size() != reported) {
        diagnostics.cut_short();
        return composition;
    }
    for (const auto* layer : composition.layers) {
        composition.artifact_names.insert(composition.artifact_names.end(),
                                          layer->artifacts.begin(), layer->artifacts.end());
        for (const auto& entry : layer->overrides.entries()) {
            if (find_last(input.components, entry.key) == nullptr) {
                report_unknown_component({entry.key, entry.key_at}, input.components, diagnostics);
            }
        }
    }
    gather_components(input, composition, diagnostics);
    if (diagnostics.size() == reported) {
        check_needs(composition, diagnostics);
    }
    return composition;
}

} // namespace k8s_node
