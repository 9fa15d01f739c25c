#include "config/composition.hpp"

#include <algorithm>
#include <functional>
#include <map>

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
    for (const auto& component : composition.components) {
        for (const auto& need : component.needs) {
            if (find_last(composition.components, need) == nullptr) {
                diagnostics.add(component.at,
                                "component '" + component.name + "' needs '" + need +
                                    "', which is not part of this node",
                                "add '" + need + "' to 'components'");
            }
        }
    }
}

} // namespace

Composition compose(const ResolveInput& input, Diagnostics& diagnostics) {
    Composition composition;
    const auto chosen = chosen_profile(input.layers);
    if (!chosen) {
        diagnostics.add({}, "no profile is chosen",
                        "give --profile NAME, or write 'profile: NAME' into "
                        "/etc/k8s-node/node.yaml; " +
                            known_names(input.profiles, ""));
        return composition;
    }
    composition.profile = chosen->name;
    for (const auto* profile : profile_chain(input, *chosen, diagnostics)) {
        composition.layers.push_back(&profile->layer);
    }
    for (const auto& layer : input.layers) {
        composition.layers.push_back(&layer.layer);
    }
    for (const auto* layer : composition.layers) {
        for (const auto& entry : layer->artifacts) {
            composition.artifact_names.push_back(entry);
        }
        for (const auto& entry : layer->overrides.entries()) {
            if (find_last(input.components, entry.key) == nullptr) {
                diagnostics.add(entry.key_at, "unknown component '" + entry.key + "'",
                                known_names(input.components, entry.key));
            }
        }
    }
    for (const auto& named : component_names(composition.layers, diagnostics)) {
        if (const auto* component = find_last(input.components, named.name)) {
            composition.components.push_back(
                overridden(*component, composition.layers, diagnostics));
        } else {
            diagnostics.add(named.at, "unknown component '" + named.name + "'",
                            known_names(input.components, named.name));
        }
    }
    // Without its profile or a component, needs would only repeat the mistake.
    if (diagnostics.empty()) {
        check_needs(composition, diagnostics);
    }
    return composition;
}

void report_unknown_setting(const Tree::Entry& component, const Tree::Entry& key,
                            const std::vector<ComponentDefinition>& all,
                            const Composition& composition, Diagnostics& diagnostics) {
    const auto* definition = find_last(all, component.key);
    if (definition == nullptr) {
        diagnostics.add(component.key_at, "unknown component '" + component.key + "'",
                        known_names(all, component.key));
        return;
    }
    std::vector<std::string> keys;
    for (const auto& spec : definition->settings) {
        keys.push_back(spec.key);
    }
    if (std::find(keys.begin(), keys.end(), key.key) != keys.end() &&
        find_last(composition.components, component.key) == nullptr) {
        return;
    }
    const auto near = nearest_word(key.key, keys);
    diagnostics.add(key.key_at.source ? key.key_at : key.value.at(),
                    "component '" + component.key + "' has no setting '" + key.key + "'",
                    near ? "did you mean '" + *near + "'?" : "it has: " + join(keys, ", "));
}

void check_edges(const NodeSpec& spec, Diagnostics& diagnostics) {
    std::map<std::string, std::vector<std::string>> after;
    for (const auto& service : spec.services) {
        auto& edges = after[service.unit];
        edges.insert(edges.end(), service.after.begin(), service.after.end());
        for (const auto& later : service.before) {
            after[later].push_back(service.unit);
        }
    }
    std::map<std::string, int> state; // 1 on the path, 2 done
    std::vector<std::string> path;
    const std::function<void(const std::string&)> visit = [&](const std::string& unit) {
        if (state[unit] == 1) {
            const std::vector<std::string> loop(std::find(path.begin(), path.end(), unit),
                                                path.end());
            diagnostics.add({},
                            "services wait for each other: " + join(loop, " -> ") + " -> " + unit,
                            "take one 'after' or 'before' away");
            return;
        }
        if (state[unit] == 2) {
            return;
        }
        state[unit] = 1;
        path.push_back(unit);
        for (const auto& earlier : after[unit]) {
            visit(earlier);
        }
        path.pop_back();
        state[unit] = 2;
    };
    for (const auto& service : spec.services) {
        visit(service.unit);
    }
}

std::string flatten_text(const Tree& tree) {
    std::string out = tree.text() + "\n";
    for (const auto& item : tree.items()) {
        out += flatten_text(item);
    }
    for (const auto& entry : tree.entries()) {
        out += entry.key + "\n" + flatten_text(entry.value);
    }
    return out;
}

} // namespace k8s_node
