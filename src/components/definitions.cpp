#include "components/definitions.hpp"

#include <algorithm>

#include "language/setting_definition.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

void check_component_name(const std::string& name, const Position& at, Diagnostics& diagnostics) {
    static const std::vector<std::string> taken = {
        "artifact", "certificate", "config", "credential", "has", "host", "kubernetes", "release"};
    if (!is_reference_part(name)) {
        diagnostics.add(at, "'" + name + "' is not a valid component name",
                        "use letters, digits, '-' and '_'");
    } else if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
        diagnostics.add(at, "a component cannot be named '" + name + "'",
                        "${" + name + ".…} has another meaning");
    }
}

/// Returns a name, or reports that it is none and returns nullopt.
std::optional<NamedAt> name_of(const Tree& tree, const std::string& key, Diagnostics& diagnostics) {
    if (!tree.is_scalar() || tree.text().empty()) {
        diagnostics.add(tree.at(), "'" + key + "' must contain names, not " + tree.describe());
        return std::nullopt;
    }
    return NamedAt{tree.text(), tree.at()};
}

std::vector<NamedAt> names_of(const std::vector<Tree>& items, const std::string& key,
                              Diagnostics& diagnostics) {
    std::vector<NamedAt> out;
    for (const auto& item : items) {
        if (auto name = name_of(item, key, diagnostics)) {
            out.push_back(*std::move(name));
        }
    }
    return out;
}

std::vector<NamedAt> read_names(MapReader& reader, const std::string& key,
                                Diagnostics& diagnostics) {
    const auto* list = reader.take_list(key);
    return list == nullptr ? std::vector<NamedAt>() : names_of(list->items(), key, diagnostics);
}

/// Reads one artifact's name, or a list of them.
std::vector<NamedAt> artifact_names_of(const Tree& tree, Diagnostics& diagnostics) {
    return tree.is_list() && !tree.items().empty()
               ? names_of(tree.items(), "artifacts", diagnostics)
               : names_of({tree}, "artifacts", diagnostics);
}

std::optional<NamedAt> read_name(MapReader& reader, const std::string& key) {
    const auto text = reader.take_text(key);
    return text.empty() ? std::nullopt : std::optional(NamedAt{text, reader.at(key)});
}

void require_map_of_maps(const Tree& tree, const std::string& what, Diagnostics& diagnostics) {
    for (const auto& entry : tree.entries()) {
        if (!entry.value.is_map() && !entry.value.is_null()) {
            diagnostics.add(entry.value.at(), what + " of '" + entry.key + "' must be a map, not " +
                                                  entry.value.describe());
        }
    }
}

bool read_boolean(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    const auto text = reader.take_text(key, "false");
    if (text != "true" && text != "false") {
        diagnostics.add(reader.at(key), "'" + key + "' must be true or false, not '" + text + "'");
    }
    return text == "true";
}

ConfigurationLayer read_layer(MapReader& reader, Diagnostics& diagnostics) {
    ConfigurationLayer layer;
    layer.components = read_names(reader, "components", diagnostics);
    layer.without = read_names(reader, "without", diagnostics);
    layer.settings = Tree::map({});
    layer.overrides = Tree::map({});
    if (const auto* settings = reader.take_map("settings")) {
        layer.settings = *settings;
        require_map_of_maps(*settings, "settings", diagnostics);
    }
    if (const auto* overrides = reader.take_map("override")) {
        layer.overrides = *overrides;
        require_map_of_maps(*overrides, "override", diagnostics);
    }
    if (const auto* artifacts = reader.take_map("artifacts")) {
        for (const auto& entry : artifacts->entries()) {
            if (auto names = artifact_names_of(entry.value, diagnostics); !names.empty()) {
                layer.artifacts.emplace_back(entry.key, std::move(names));
            }
        }
    }
    return layer;
}

} // namespace

const std::vector<std::string>& component_body_keys() {
    static const std::vector<std::string> keys = {"services",
                                                  "configs",
                                                  "files",
                                                  "certificates",
                                                  "key_pairs",
                                                  "kubeconfigs",
                                                  "encryption_configs",
                                                  "objects",
                                                  "ports",
                                                  "needs_programs",
                                                  "needs_kernel_modules",
                                                  "provides",
                                                  "ready",
                                                  "links",
                                                  "cleanup",
                                                  "relies_on"};
    return keys;
}

ComponentDefinition read_component(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "component", diagnostics);
    ComponentDefinition component;
    component.at = tree.at();
    component.name = reader.require_text("component");
    if (!component.name.empty()) {
        check_component_name(component.name, reader.at("component"), diagnostics);
    }
    component.description = reader.take_text("description");
    component.needs = reader.take_names("needs");
    component.supports = reader.take_names("supports");
    component.when = reader.take_names("when");
    if (const auto* settings = reader.take_map("settings")) {
        for (const auto& entry : settings->entries()) {
            component.settings.push_back(read_setting(component.name, entry, diagnostics));
        }
    }
    component.body = Tree::map(tree.at());
    for (const auto& key : component_body_keys()) {
        if (const auto* part = reader.take(key)) {
            component.body.entries().push_back({key, part->at(), *part});
        }
    }
    reader.finish();
    return component;
}

void check_mirrors(const std::vector<NamedAt>& mirrors, Diagnostics& diagnostics) {
    for (const auto& mirror : mirrors) {
        if (!is_web_url(mirror.name) && !mirror.name.starts_with("file:///")) {
            diagnostics.add(mirror.at, "'" + mirror.name + "' is not a mirror",
                            "write https://host/path or file:///path");
        }
    }
}

ProfileDefinition read_profile(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "profile", diagnostics);
    ProfileDefinition profile;
    profile.at = tree.at();
    profile.name = reader.require_text("profile");
    profile.description = reader.take_text("description");
    profile.extends = read_name(reader, "extends");
    profile.layer = read_layer(reader, diagnostics);
    reader.finish();
    return profile;
}

NodeConfiguration read_node_configuration(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "node configuration", diagnostics);
    NodeConfiguration node;
    node.profile = read_name(reader, "profile");
    node.release = read_name(reader, "release");
    node.at = tree.at();
    node.mirrors = reader.take_names("mirrors");
    node.mirror_ca = read_name(reader, "mirror_ca");
    node.require_signatures = read_boolean(reader, "require_signatures", diagnostics);
    check_mirrors(node.mirrors, diagnostics);
    node.layer = read_layer(reader, diagnostics);
    reader.finish();
    return node;
}

NodeConfiguration read_assignment(const std::string& assignment, Diagnostics& diagnostics) {
    const auto equals = assignment.find('=');
    const auto dot = assignment.substr(0, equals).find('.');
    if (equals == std::string::npos || dot == std::string::npos) {
        throw Error("--set " + assignment + ": not of the form component.key=value",
                    ExitStatus::usage)
            .try_this("for example --set kubelet.max_pods=50");
    }
    // The caret points into the argument as it was typed.
    static constexpr std::string_view option = "--set ";
    const auto source = std::make_shared<const SourceText>(
        SourceText{"command line", std::string(option) + assignment.substr(0, equals),
                   std::string(option) + assignment});
    const auto at = [&](std::size_t offset) {
        return Position{source, 1, static_cast<int>(option.size() + offset) + 1};
    };
    const auto reported = diagnostics.size();
    Tree value = equals + 1 == assignment.size()
                     ? Tree::scalar("", true, at(equals + 1))
                     : parse_yaml(source, diagnostics, option.size() + equals + 1);
    Tree component = Tree::map(at(0));
    if (diagnostics.size() == reported) {
        component.entries().push_back(
            {assignment.substr(dot + 1, equals - dot - 1), at(dot + 1), std::move(value)});
    }
    NodeConfiguration node;
    node.layer.overrides = Tree::map(at(0));
    node.layer.settings = Tree::map(at(0));
    node.layer.settings.entries().push_back(
        {assignment.substr(0, dot), at(0), std::move(component)});
    return node;
}

} // namespace k8s_node
