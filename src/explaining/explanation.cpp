#include "explaining/explanation.hpp"

#include <algorithm>
#include <set>

#include "configuration/layers.hpp"
#include "explaining/other_values.hpp"
#include "plan/diff.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t most_lines = 4;     ///< that are shown of a file
constexpr std::size_t longest_line = 160; ///< objects are one line each

/// Returns where the machine has a file of a generation, empty if it is not for anybody to read.
std::string place_on_machine(const std::string& file, const Manifest& manifest) {
    if (file.starts_with("units/")) {
        return "/run/systemd/generator/" + file.substr(std::string("units/").size());
    }
    const auto object = std::ranges::find(manifest.objects, file, &ObjectEntry::file);
    return object != manifest.objects.end() ? "object " + object->identity : place_of(file);
}

/// Returns the units that are, or read, a file.
std::vector<std::string> units_with(const std::string& file, const std::string& place,
                                    const Manifest& manifest) {
    std::vector<std::string> units;
    for (const auto& unit : manifest.units) {
        const bool reads =
            std::ranges::find(unit.inputs, place, &UnitInput::path) != unit.inputs.end();
        if (reads || file == "units/" + unit.name) {
            units.push_back(unit.name);
        }
    }
    return units;
}

/// Returns the lines that only `text` has.
std::vector<std::string> own_lines(const std::string& other, const std::string& text) {
    std::vector<std::string> lines;
    for (const auto& line : split_lines(line_diff(other, text, 0))) {
        if (line.starts_with('+') && line.size() < longest_line && lines.size() < most_lines) {
            lines.emplace_back(trim(line.substr(1)));
        }
    }
    return lines;
}

std::string text_of(const Generation& generation, const std::string& file) {
    const auto found = generation.files.find(file);
    return found == generation.files.end() ? "" : found->second;
}

void add_files(std::vector<EndPlace>& ends, const Generation& now, const Generation& other) {
    std::set<std::string> names;
    for (const auto* generation : {&now, &other}) {
        for (const auto& [name, text] : generation->files) {
            names.insert(name);
        }
    }
    for (const auto& name : names) {
        const auto before = text_of(other, name);
        const auto text = text_of(now, name);
        const auto& manifest = now.files.contains(name) ? now.manifest : other.manifest;
        const auto place = place_on_machine(name, manifest);
        if (before != text && !place.empty()) {
            ends.push_back({place, units_with(name, place, manifest), own_lines(before, text)});
        }
    }
}

/// Adds the units whose place in the graph depends on it, or whose probe does.
void add_units(std::vector<EndPlace>& ends, const Manifest& now, const Manifest& other) {
    for (const auto& unit : now.units) {
        const auto* const before = find_unit(other, unit.name);
        const auto path = "/run/systemd/generator/" + unit.name;
        const bool is_told = std::ranges::find(ends, path, &EndPlace::path) != ends.end();
        if (!is_told && (before == nullptr || before->ready != unit.ready)) {
            ends.push_back({"readiness of " + unit.name, {unit.name}, {}});
        }
    }
}

void add_certificates(std::vector<EndPlace>& ends, const PkiSpec& now, const PkiSpec& other) {
    for (const auto& certificate : now.certificates) {
        if (std::ranges::find(other.certificates, certificate) == other.certificates.end()) {
            ends.push_back({"certificate " + certificate.name, {}, {}});
        }
    }
    for (const auto& kubeconfig : now.kubeconfigs) {
        if (std::ranges::find(other.kubeconfigs, kubeconfig) == other.kubeconfigs.end()) {
            ends.push_back({kubeconfig.path, {}, {}});
        }
    }
}

SettingExplanation explain_setting(const NodeOptions& options, const DesiredNode& node,
                                   const std::string& name) {
    SettingExplanation out{name, node.spec.settings.at(name), {}, {}, {}};
    for (const auto& value : other_values(out.setting)) {
        auto changed = options;
        changed.anew = true; // a fixed setting may be another one for the sake of the argument
        changed.assignments.push_back(name + "=" + value);
        try {
            const auto other = load_desired(changed);
            out.tried = value;
            out.refusal.clear();
            add_files(out.ends, node.generation, other.generation);
            add_units(out.ends, node.generation.manifest, other.generation.manifest);
            add_certificates(out.ends, node.spec.pki, other.spec.pki);
            break;
        } catch (const Error& error) {
            out.refusal = error.message();
        }
    }
    return out;
}

/// Returns "kubelet.service" for "kubelet.services.kubelet.flags.v".
std::string place_of_part(const std::string& name) {
    const auto words = split(name, '.');
    const auto rest = name.substr(std::min(name.size(), words[0].size() + 1));
    if (words.size() > 2 && words[1] == "services") {
        return words[2] + ".service";
    }
    if (rest.starts_with("configs.")) {
        return "/etc/k8s-node/current/config/" + words[2] +
               (words.size() > 3 ? "." + words[3] : "");
    }
    return words.size() > 1 ? "the component's " + words[1] : "";
}

ComponentExplanation explain_component(const DesiredNode& node,
                                       const ComponentDefinition& definition) {
    const auto& name = definition.name;
    ComponentExplanation out;
    out.name = name;
    out.description = definition.description;
    out.file = definition.at.source ? definition.at.source->name : "";
    out.in_node = contains(node.spec.components, name);
    for (const auto& need : definition.needs) {
        out.needs.push_back(need.name);
    }
    for (const auto& entry : node.generation.manifest.components) {
        if (entry.name == name) {
            out.artifacts = entry.artifacts;
        }
    }
    for (const auto& service : node.spec.services) {
        if (service.component == name) {
            out.units.push_back(service.unit);
        }
    }
    for (const auto& file : node.spec.files) {
        if (file.component == name) {
            out.files.push_back(file.path);
        }
    }
    for (const auto& setting : definition.settings) {
        const auto full = name + "." + setting.key;
        const auto known = node.spec.settings.find(full);
        out.settings[full] =
            known == node.spec.settings.end() ? Setting{setting, std::nullopt} : known->second;
    }
    return out;
}

Error unknown_name(const std::string& name, const DesiredNode& node,
                   const std::vector<ComponentDefinition>& components) {
    std::vector<std::string> known;
    for (const auto& [setting, value] : node.spec.settings) {
        known.push_back(setting);
    }
    for (const auto& component : components) {
        known.push_back(component.name);
    }
    const auto near = nearest_word(name, known);
    return Error("there is no component, setting or value '" + name + "'", ExitStatus::usage)
        .try_this(near ? "did you mean '" + *near + "'?"
                       : "config show --all prints all names of this node");
}

} // namespace

Explanation explain(const NodeOptions& options, const std::string& name) {
    const auto node = load_desired(options);
    Explanation out;
    if (node.spec.settings.contains(name)) {
        out.setting = explain_setting(options, node, name);
        return out;
    }
    const auto part = std::ranges::find(node.spec.parts, name, &NamedValue::name);
    if (part != node.spec.parts.end()) {
        out.part = PartExplanation{*part, place_of_part(name)};
        return out;
    }
    Diagnostics diagnostics;
    const auto components = load_components(options, diagnostics);
    // A site's component replaces the shipped one of its name, and is read after it.
    const auto found = std::find_if(components.rbegin(), components.rend(),
                                    [&](const auto& one) { return one.name == name; });
    if (found == components.rend()) {
        throw unknown_name(name, node, components);
    }
    out.component = explain_component(node, *found);
    return out;
}

} // namespace k8s_node
