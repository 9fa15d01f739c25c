#include "resolve/composition.hpp"

#include <algorithm>

#include "components/override.hpp"
#include "language/cycles.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Returns the last definition of a name: a site's definition replaces a shipped one of the same
/// name.
template <typename Definition>
const Definition* find_last(const std::vector<Definition>& all, const std::string& name) {
    const auto found =
        std::find_if(all.rbegin(), all.rend(), [&](const auto& each) { return each.name == name; });
    return found == all.rend() ? nullptr : &*found;
}

template <typename Definition>
std::vector<std::string> names_of(const std::vector<Definition>& all) {
    std::vector<std::string> names;
    for (const auto& each : all) {
        if (!each.name.empty()) {
            names.push_back(each.name);
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

template <typename Definition>
std::string known_names(const std::vector<Definition>& all, const std::string& written) {
    const auto names = names_of(all);
    const auto near = nearest_word(written, names);
    return near ? "did you mean '" + *near + "'?" : "known: " + join(names, ", ");
}

/// Returns the profile and those it extends, base first.
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

/// Reports a `without` that names something that is not there.
void report_not_there(const NamedAt& named, const std::vector<NamedAt>& there,
                      Diagnostics& diagnostics) {
    std::vector<std::string> names;
    for (const auto& each : there) {
        names.push_back(each.name);
    }
    const auto near = nearest_word(named.name, names);
    diagnostics.add(named.at,
                    "'without' names '" + named.name + "', which is not part of this node",
                    near ? "did you mean '" + *near + "'?" : "known: " + join(names, ", "));
}

/// Returns component names in the order of their first mention, without those that a later layer
/// removes.
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
                report_not_there(named, names, diagnostics);
            }
        }
    }
    return names;
}

/// Returns the component with every layer's override merged onto it.
ComponentDefinition overridden(const ComponentDefinition& component,
                               const std::vector<const ConfigurationLayer*>& layers,
                               Diagnostics& diagnostics) {
    Override merged(component, diagnostics);
    for (const auto* layer : layers) {
        const auto* over = layer->overrides.find(component.name);
        if (over != nullptr && over->is_map()) {
            merged.lay(*over);
        }
    }
    ComponentDefinition out = component;
    out.body = merged.take();
    return out;
}

/// Checks overrides of components that this node does not have: they have no effect here, but the
/// file may be shared by many nodes.
void check_idle_overrides(const ResolveInput& input, const Composition& composition,
                          Diagnostics& diagnostics) {
    std::set<std::string> checked;
    for (const auto* layer : composition.layers) {
        for (const auto& entry : layer->overrides.entries()) {
            const auto* component = find_last(input.components, entry.key);
            if (component == nullptr) {
                report_unknown_component({entry.key, entry.key_at}, input.components, diagnostics);
            } else if (!composition.known.at(entry.key) && checked.insert(entry.key).second) {
                static_cast<void>(overridden(*component, composition.layers, diagnostics));
            }
        }
    }
}

/// Returns the hint for a component that another one needs.
std::string need_hint(const ComponentDefinition& component, const std::string& need,
                      const ResolveInput& input) {
    if (find_last(input.components, need) == nullptr) {
        return known_names(input.components, need);
    }
    return "add '" + need + "' to 'components', or remove '" + component.name + "' too";
}

/// `excused` are components that are missing because their name is misspelt, which was already
/// reported.
void check_needs(const ResolveInput& input, const Composition& composition,
                 const std::set<std::string>& excused, Diagnostics& diagnostics) {
    std::vector<Edge> edges;
    for (const auto& component : composition.components) {
        for (const auto& need : component.needs) {
            edges.push_back({component.name, need.name, need.at});
            if (find_last(composition.components, need.name) == nullptr &&
                !excused.contains(need.name)) {
                diagnostics.add(need.at,
                                "component '" + component.name + "' needs '" + need.name +
                                    "', which is not part of this node",
                                need_hint(component, need.name, input));
            }
        }
    }
    for (const auto& cycle : find_cycles(edges)) {
        diagnostics.add(cycle.back().at, "components need each other: " + cycle_text(cycle),
                        "make them one component, or remove one 'needs'");
    }
}

/// Returns the place to report that nothing was chosen: the operator's first file, if any.
Position first_file(const std::vector<NodeConfiguration>& layers) {
    const auto found = std::find_if(layers.begin(), layers.end(), [](const auto& layer) {
        return layer.at.source != nullptr && layer.at.line > 0;
    });
    return found == layers.end() ? Position{} : Position{found->at.source, 1, 1};
}

/// Gathers the layers that apply, or none if no profile could be found.
void gather_layers(const ResolveInput& input, Composition& composition, Diagnostics& diagnostics) {
    const auto chosen = chosen_profile(input.layers);
    if (!chosen && !diagnostics.empty()) {
        diagnostics.cut_short(); // it may be in a part that could not be read
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

/// Returns the components that a misspelt name may have meant.
std::set<std::string> gather_components(const ResolveInput& input, Composition& composition,
                                        Diagnostics& diagnostics) {
    std::set<std::string> meant;
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
            meant.insert(nearest_word(named.name, names_of(input.components)).value_or(""));
        }
    }
    return meant;
}

bool has_artifact(const Release& release, const std::string& name) {
    return std::any_of(release.artifacts.begin(), release.artifacts.end(),
                       [&](const auto& artifact) { return artifact.name == name; });
}

/// Returns the first of the names that the release has. If it has none, that is reported, and the
/// first one stands for it.
NamedAt artifact_in(const Release& release, const std::vector<NamedAt>& names,
                    Diagnostics& diagnostics) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& named) {
        return has_artifact(release, named.name);
    });
    if (found != names.end()) {
        return *found;
    }
    std::string text = "'" + names.front().name + "'";
    for (std::size_t i = 1; i < names.size(); ++i) {
        text += " or '" + names[i].name + "'";
    }
    diagnostics.add(names.front().at, "release " + release.name + " has no artifact " + text);
    return names.front();
}

void choose_artifacts(const Release& release, Composition& composition, Diagnostics& diagnostics) {
    for (const auto* layer : composition.layers) {
        for (const auto& [logical, names] : layer->artifacts) {
            composition.artifact_names.emplace_back(logical,
                                                    artifact_in(release, names, diagnostics));
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
    choose_artifacts(input.release, composition, diagnostics);
    const auto meant = gather_components(input, composition, diagnostics);
    check_idle_overrides(input, composition, diagnostics);
    check_needs(input, composition, meant, diagnostics);
    return composition;
}

} // namespace k8s_node
