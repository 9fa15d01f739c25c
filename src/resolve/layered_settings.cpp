#include "resolve/layered_settings.hpp"

#include <algorithm>

#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {

namespace {

void report_unknown_setting(const Tree::Entry& component, const Tree::Entry& key,
                            const std::vector<ComponentDefinition>& all,
                            const Composition& composition, Diagnostics& diagnostics) {
    const auto* definition = find_component(all, component.key);
    if (definition == nullptr) {
        report_unknown_component({component.key, component.key_at}, all, diagnostics);
        return;
    }
    std::vector<std::string> keys;
    for (const auto& spec : definition->settings) {
        keys.push_back(spec.key);
    }
    const bool known = std::find(keys.begin(), keys.end(), key.key) != keys.end();
    if (known && !composition.known.at(component.key)) {
        return;
    }
    const auto near = nearest_word(key.key, keys);
    const auto others = keys.empty() ? "it has none" : "it has: " + join(keys, ", ");
    diagnostics.add(key.key_at,
                    "component '" + component.key + "' has no setting '" + key.key + "'",
                    near ? "did you mean '" + *near + "'?" : others);
}

/// Checks a value without references.
void check_literal(const ComponentDefinition& component, const Tree::Entry& entry,
                   Diagnostics& diagnostics) {
    const auto spec = std::find_if(component.settings.begin(), component.settings.end(),
                                   [&](const auto& each) { return each.key == entry.key; });
    if (spec == component.settings.end() || entry.value.is_null() ||
        to_json(entry.value).find('$') != std::string::npos) {
        return;
    }
    if (const auto problem = value_problem(*spec, entry.value)) {
        diagnostics.add(culprit_of(*spec, entry.value).at(),
                        "setting '" + component.name + "." + entry.key + "' " + *problem,
                        spec->doc);
    }
}

/// Calls `set` for each setting of a layer whose component this node has.
template <typename Set>
void each_setting(const ConfigurationLayer& layer, Settings& settings, Set set,
                  const std::vector<ComponentDefinition>& all, const Composition& composition,
                  Diagnostics& diagnostics) {
    for (const auto& component : layer.settings.entries()) {
        if (component.value.entries().empty() && find_component(all, component.key) == nullptr) {
            report_unknown_component({component.key, component.key_at}, all, diagnostics);
        }
        for (const auto& entry : component.value.entries()) {
            const auto found = settings.find(component.key + "." + entry.key);
            if (found == settings.end()) {
                report_unknown_setting(component, entry, all, composition, diagnostics);
            } else {
                set(found->second, found->first, entry.value);
            }
        }
    }
}

} // namespace

Settings layered_settings(const Composition& composition,
                          const std::vector<ComponentDefinition>& all, Diagnostics& diagnostics) {
    Settings settings;
    for (const auto& component : composition.components) {
        for (const auto& spec : component.settings) {
            settings[component.name + "." + spec.key] = {spec, spec.fallback};
        }
    }
    Settings beneath = settings; // an empty value restores these
    for (std::size_t i = 0; i < composition.layers.size(); ++i) {
        if (i == composition.profile_layers) {
            beneath = settings;
        }
        const auto set = [&](Setting& setting, const std::string& name, const Tree& value) {
            setting.value = value.is_null() ? beneath.at(name).value : std::optional(value);
        };
        each_setting(*composition.layers[i], settings, set, all, composition, diagnostics);
    }
    return settings;
}

void check_settings_alone(const ResolveInput& input, Diagnostics& diagnostics) {
    // A component whose file could not be read has no name.
    const bool all_read =
        std::none_of(input.components.begin(), input.components.end(),
                     [](const auto& component) { return component.name.empty(); });
    const auto is_known = [&](const std::string& name) {
        return find_component(input.components, name) != nullptr;
    };
    Composition nothing;
    for (const auto& component : input.components) {
        nothing.known[component.name] = false;
    }
    for (const auto& layer : input.layers) {
        for (const auto& component : layer.layer.settings.entries()) {
            if (!is_known(component.key) && all_read) {
                report_unknown_component({component.key, component.key_at}, input.components,
                                         diagnostics);
            }
            for (const auto& entry : component.value.entries()) {
                if (is_known(component.key)) {
                    report_unknown_setting(component, entry, input.components, nothing,
                                           diagnostics);
                    check_literal(*find_component(input.components, component.key), entry,
                                  diagnostics);
                }
            }
        }
    }
}

std::vector<std::string> report_missing(const Settings& settings, const Composition& composition,
                                        Diagnostics& diagnostics) {
    std::vector<std::string> missing;
    for (const auto& [name, setting] : settings) {
        const auto& spec = setting.spec;
        if (setting.value || !spec.required ||
            find_component(composition.components, spec.component) == nullptr) {
            continue;
        }
        missing.push_back(name);
        diagnostics.add(composition.named_at.at(spec.component),
                        "setting '" + name + "' must be set to " + wanted_value(spec) +
                            (spec.doc.empty() ? "" : ": " + spec.doc),
                        "write 'settings: {" + spec.component + ": {" + spec.key +
                            ": …}}' into /etc/k8s-node/node.yaml, or give --set " + name +
                            "=…; declared in " + spec.at.text());
    }
    return missing;
}

} // namespace k8s_node
