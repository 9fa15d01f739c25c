#include "config/definitions.hpp"

#include <algorithm>
#include <array>

#include "config/reader.hpp"
#include "config/values.hpp"
#include "config/yaml.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<const char*, SettingType>, 12> setting_types = {{
    {"text", SettingType::text},
    {"boolean", SettingType::boolean},
    {"integer", SettingType::integer},
    {"port", SettingType::port},
    {"ip", SettingType::ip},
    {"cidr", SettingType::cidr},
    {"path", SettingType::path},
    {"url", SettingType::url},
    {"duration", SettingType::duration},
    {"choice", SettingType::choice},
    {"name", SettingType::name},
    {"list", SettingType::list},
}};

SettingType read_setting_type(MapReader& reader, Diagnostics& diagnostics) {
    const auto word = reader.take_text("type", "text");
    std::vector<std::string> known;
    for (const auto& [name, type] : setting_types) {
        if (word == name) {
            return type;
        }
        known.emplace_back(name);
    }
    const auto near = nearest_word(word, known);
    diagnostics.add(reader.at("type"), "unknown setting type '" + word + "'",
                    near ? "did you mean '" + *near + "'?" : "types: " + join(known, ", "));
    return SettingType::text;
}

SettingSpec read_setting(const std::string& component, const Tree::Entry& entry,
                         Diagnostics& diagnostics) {
    MapReader reader(entry.value, "setting '" + entry.key + "'", diagnostics);
    SettingSpec spec;
    spec.component = component;
    spec.key = entry.key;
    spec.at = entry.key_at;
    spec.type = read_setting_type(reader, diagnostics);
    if (const auto* fallback = reader.take("default")) {
        spec.fallback = *fallback;
    }
    spec.doc = reader.take_text("doc");
    spec.minimum = reader.take_integer("min");
    spec.maximum = reader.take_integer("max");
    spec.choices = reader.take_texts("values");
    if (spec.type == SettingType::choice && spec.choices.empty()) {
        diagnostics.add(entry.key_at, "a setting of type 'choice' needs 'values'");
    }
    reader.finish();
    return spec;
}

/// A name, or nothing after a report that it is none.
std::optional<NamedAt> name_of(const Tree& tree, const std::string& key, Diagnostics& diagnostics) {
    if (!tree.is_scalar() || tree.text().empty()) {
        diagnostics.add(tree.at(), "'" + key + "' must hold names, not " + tree.describe());
        return std::nullopt;
    }
    return NamedAt{tree.text(), tree.at()};
}

std::vector<NamedAt> read_names(MapReader& reader, const std::string& key,
                                Diagnostics& diagnostics) {
    std::vector<NamedAt> out;
    if (const auto* list = reader.take_list(key)) {
        for (const auto& item : list->items()) {
            if (auto name = name_of(item, key, diagnostics)) {
                out.push_back(*std::move(name));
            }
        }
    }
    return out;
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
            if (auto name = name_of(entry.value, "artifacts", diagnostics)) {
                layer.artifacts.emplace_back(entry.key, *std::move(name));
            }
        }
    }
    return layer;
}

std::vector<std::pair<std::string, Digest>> read_digests(MapReader& reader,
                                                         Diagnostics& diagnostics) {
    std::vector<std::pair<std::string, Digest>> out;
    const auto* map = reader.take_map("digest");
    if (map == nullptr) {
        diagnostics.add(reader.at("digest"), "an artifact needs 'digest': nothing is installed "
                                             "without one");
        return out;
    }
    for (const auto& entry : map->entries()) {
        if (const auto digest = Digest::parse(entry.value.text())) {
            out.emplace_back(entry.key, *digest);
        } else {
            diagnostics.add(entry.value.at(), entry.value.describe() + " is not a digest",
                            "write sha256: or sha512: and lower-case hexadecimal");
        }
    }
    return out;
}

ReleaseArtifact read_artifact(const Tree::Entry& entry, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "artifact '" + entry.key + "'", diagnostics);
    ReleaseArtifact artifact;
    artifact.name = entry.key;
    artifact.at = entry.key_at;
    artifact.version = reader.require_text("version");
    artifact.url = reader.require_text("url");
    artifact.digests = read_digests(reader, diagnostics);
    artifact.file = reader.take_text("file");
    artifact.file_mode = reader.take_mode("mode", 0755);
    for (const auto& [from, to] : reader.take_text_map("members")) {
        artifact.members.push_back({from, to});
        if (!is_confined_path(to) || !is_confined_path(from)) {
            diagnostics.add(reader.at("members"), "member '" + from + ": " + to +
                                                      "' must be relative paths without '..'");
        }
    }
    if (artifact.members.empty() == artifact.file.empty()) {
        diagnostics.add(entry.key_at, "artifact '" + entry.key +
                                          "' needs either 'members' (an archive) or 'file'");
    }
    if (!artifact.file.empty() && !is_confined_path(artifact.file)) {
        diagnostics.add(reader.at("file"), "'file' must be a relative path without '..'");
    }
    reader.finish();
    return artifact;
}

} // namespace

const std::vector<std::string>& component_body_keys() {
    static const std::vector<std::string> keys = {
        "services",           "configs", "files", "certificates",   "key_pairs", "kubeconfigs",
        "encryption_configs", "objects", "ports", "needs_programs", "ready",     "links"};
    return keys;
}

ComponentDefinition read_component(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "component", diagnostics);
    ComponentDefinition component;
    component.at = tree.at();
    component.name = reader.require_text("component");
    component.description = reader.take_text("description");
    component.needs = reader.take_texts("needs");
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

ProfileDefinition read_profile(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "profile", diagnostics);
    ProfileDefinition profile;
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
    node.mirrors = reader.take_texts("mirrors");
    const auto mirror_ca = reader.take_text("mirror_ca");
    if (!mirror_ca.empty()) {
        node.mirror_ca = mirror_ca;
    }
    node.layer = read_layer(reader, diagnostics);
    reader.finish();
    return node;
}

Release read_release(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "release", diagnostics);
    Release release;
    release.at = tree.at();
    release.name = reader.require_text("release");
    static_cast<void>(reader.take_text("description"));
    release.pause_image = reader.take_text("pause_image");
    if (const auto* artifacts = reader.take_map("artifacts")) {
        for (const auto& entry : artifacts->entries()) {
            release.artifacts.push_back(read_artifact(entry, diagnostics));
        }
    }
    reader.finish();
    return release;
}

NodeConfiguration read_assignment(const std::string& assignment, Diagnostics& diagnostics) {
    const auto equals = assignment.find('=');
    const auto dot = assignment.substr(0, equals).find('.');
    if (equals == std::string::npos || dot == std::string::npos) {
        throw Error("--set " + assignment + ": not of the form component.key=value",
                    ExitStatus::usage)
            .try_this("for example --set kubelet.max_pods=50");
    }
    const auto source = std::make_shared<const SourceText>(SourceText{
        "command line", "--set " + assignment.substr(0, equals), assignment.substr(equals + 1)});
    const Position at{source, 1, 1};
    Tree value =
        source->text.empty() ? Tree::scalar("", true, at) : parse_yaml(source, diagnostics);
    Tree component = Tree::map(at);
    component.entries().push_back(
        {assignment.substr(dot + 1, equals - dot - 1), {}, std::move(value)});
    NodeConfiguration node;
    node.layer.overrides = Tree::map(at);
    node.layer.settings = Tree::map(at);
    node.layer.settings.entries().push_back({assignment.substr(0, dot), at, std::move(component)});
    return node;
}

} // namespace k8s_node
