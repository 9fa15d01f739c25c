#include "render/render.hpp"

#include <algorithm>

#include "model/duration.hpp"
#include "render/service_unit.hpp"
#include "render/unit_inputs.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"

namespace k8s_node {

namespace {

/// Returns the text of an argument, nullopt if only systemd knows it: it may name a credential.
std::optional<std::string> known_text(const Argument& argument) {
    std::string text;
    for (const auto& piece : argument) {
        if (piece.credentials_directory) {
            return std::nullopt;
        }
        text += piece.text;
    }
    return text;
}

/// Returns the probe for questions that are asked from outside the unit.
std::optional<Probe> probe_of(const std::optional<ReadyProbe>& ready) {
    const auto url = ready ? known_text(ready->url) : std::nullopt;
    const auto authority = ready ? known_text(ready->authority) : std::nullopt;
    if (!url || !authority) {
        return std::nullopt;
    }
    auto probe = Probe::parse(*url);
    probe.ca_file = *authority;
    probe.body_contains = ready->contains;
    if (const auto deadline = parse_duration(ready->deadline)) {
        probe.deadline = std::chrono::ceil<std::chrono::seconds>(*deadline);
    }
    return probe;
}

/// Reads X-Rollout= and X-RolloutAfter= (see k8s-node-component(5)).
UnitRollout rollout_of(const ServiceSpec& service) {
    UnitRollout rollout;
    for (const auto& property : service.unit_properties) {
        for (const auto& value : property.values) {
            if (property.key == "X-Rollout") {
                rollout.last = value == "last";
            } else if (property.key == "X-RolloutAfter") {
                const auto units = split(value, ' ');
                rollout.after.insert(rollout.after.end(), units.begin(), units.end());
            }
        }
    }
    return rollout;
}

UnitEntry entry_of(const ServiceSpec& service) {
    UnitEntry entry;
    entry.name = unit::require_valid_name(service.unit);
    entry.component = service.component;
    entry.source = service.source;
    entry.wants = service.wants;
    entry.required = service.required;
    entry.after = service.after;
    entry.before = service.before;
    entry.ready = probe_of(service.ready);
    entry.live = service.live;
    entry.rollout = rollout_of(service);
    return entry;
}

/// Returns a name with as many digits as the last one needs, so that names sort by number.
std::string object_name(std::size_t index, std::size_t count) {
    const auto digits = std::max<std::size_t>(2, std::to_string(count - 1).size());
    const auto number = std::to_string(index);
    return "objects/" + std::string(digits - number.size(), '0') + number + ".json";
}

/// A component uses an artifact if its parts name the artifact's store path.
ComponentEntry component_entry(const std::string& component, const NodeSpec& spec) {
    ComponentEntry entry{component, {}};
    const auto prefix = component + ".";
    for (const auto& artifact : spec.artifacts) {
        const auto place = "/" + artifact.store_name();
        const auto uses = [&](const NamedValue& part) {
            return part.name.starts_with(prefix) &&
                   (part.value.text().find(place) != std::string::npos ||
                    part.name.find(place) != std::string::npos);
        };
        if (std::any_of(spec.parts.begin(), spec.parts.end(), uses)) {
            entry.artifacts[artifact.name] = artifact.version;
        }
    }
    return entry;
}

Manifest manifest_of(const NodeSpec& spec) {
    Manifest manifest;
    manifest.profile = spec.profile;
    manifest.release = spec.release;
    manifest.kubernetes_version = spec.release;
    manifest.architecture = spec.architecture;
    manifest.node_name = spec.node_name;
    manifest.node_address = spec.node_address;
    for (const auto& artifact : spec.artifacts) {
        manifest.store_entries.push_back(std::string(paths::store) + "/" + artifact.store_name());
    }
    for (const auto& service : spec.services) {
        manifest.units.push_back(entry_of(service));
    }
    for (const auto& file : spec.files) {
        manifest.host_files.push_back(file.path);
        if (file.mode != 0644) {
            manifest.host_modes[file.path] = file.mode;
        }
    }
    manifest.cluster = {.admin_kubeconfig = spec.cluster_kubeconfig,
                        .node_kubeconfig = spec.node_kubeconfig,
                        .pod_cidr = spec.pod_cidr,
                        .node_labels = {spec.node_labels.begin(), spec.node_labels.end()}};
    for (const auto& component : spec.components) {
        manifest.components.push_back(component_entry(component, spec));
    }
    manifest.provided = spec.provided;
    for (std::size_t i = 0; i < spec.objects.size(); ++i) {
        manifest.objects.push_back({object_name(i, spec.objects.size()), spec.objects[i].identity,
                                    spec.objects[i].inlined});
    }
    for (const auto& [name, setting] : spec.settings) {
        if (setting.spec.fixed && setting.value) {
            manifest.fixed[name] = setting.value->text();
        }
    }
    return manifest;
}

void add_inputs(const NodeSpec& spec, Generation& generation) {
    const auto keys = files_of(spec.pki);
    for (auto& unit : generation.manifest.units) {
        unit.inputs = unit_inputs(generation, generation.files.at("units/" + unit.name), keys);
    }
}

} // namespace

Generation render(const NodeSpec& spec, const std::string& program) {
    Generation generation;
    generation.manifest = manifest_of(spec);
    auto& files = generation.files;
    for (const auto& service : spec.services) {
        files["units/" + service.unit] = render_service(service, program).write();
    }
    for (const auto& config : spec.configs) {
        files["config/" + config.name] = config.content;
    }
    for (const auto& file : spec.files) {
        files["host" + file.path] = file.content;
    }
    for (const auto& link : spec.links) {
        files["links" + link.path] = link.target + "\n";
    }
    for (std::size_t i = 0; i < spec.objects.size(); ++i) {
        files[generation.manifest.objects[i].file] = spec.objects[i].json + "\n";
    }
    add_inputs(spec, generation);
    files["cleanup.json"] = write_cleanup(spec.cleanup);
    files["reliance.json"] = write_reliance(spec.reliance);
    files["manifest.json"] = write_manifest(generation.manifest);
    return generation;
}

} // namespace k8s_node
