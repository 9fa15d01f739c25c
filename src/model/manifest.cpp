#include "model/manifest.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "model/provided_json.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::ordered_json;

template <typename Value>
ordered_json to_json(const std::vector<Value>& values);

ordered_json to_json(const Probe& probe) {
    return {{"url", probe.url()},
            {"ca", probe.ca_file},
            {"contains", probe.body_contains},
            {"deadline_s", probe.deadline.count()}};
}

ordered_json to_json(const LiveProbe& live) {
    return {
        {"url", live.url}, {"any_answer", live.any_answer}, {"timeout_s", live.timeout.count()}};
}

ordered_json to_json(const UnitInput& input) {
    return {{"path", input.path}, {"named_by", input.named_by}};
}

ordered_json to_json(const UnitEntry& unit) {
    ordered_json out = {
        {"name", unit.name},     {"component", unit.component}, {"source", unit.source},
        {"wants", unit.wants},   {"requires", unit.required},   {"after", unit.after},
        {"before", unit.before}, {"in_target", unit.in_target},
    };
    if (unit.ready) {
        out["ready"] = to_json(*unit.ready);
    }
    if (unit.live) {
        out["live"] = to_json(*unit.live);
    }
    out["inputs"] = to_json(unit.inputs);
    out["rollout"] = {{"last", unit.rollout.last}, {"after", unit.rollout.after}};
    return out;
}

ordered_json to_json(const std::map<std::string, unsigned>& modes) {
    ordered_json out = ordered_json::object();
    for (const auto& [path, mode] : modes) {
        out[path] = octal_mode(mode);
    }
    return out;
}

ordered_json to_json(const ClusterAccess& cluster) {
    return {{"admin_kubeconfig", cluster.admin_kubeconfig},
            {"node_kubeconfig", cluster.node_kubeconfig},
            {"pod_cidr", cluster.pod_cidr},
            {"node_labels", cluster.node_labels}};
}

ordered_json to_json(const ComponentEntry& component) {
    return {{"name", component.name}, {"artifacts", component.artifacts}};
}

ordered_json to_json(const InlinedCertificate& inlined) {
    return {{"pointer", inlined.pointer}, {"mark", inlined.mark}, {"file", inlined.file}};
}

ordered_json to_json(const ObjectEntry& object) {
    ordered_json out = {{"file", object.file}, {"identity", object.identity}};
    if (!object.inlined.empty()) {
        out["inlined"] = to_json(object.inlined);
    }
    return out;
}

template <typename Value>
ordered_json to_json(const std::vector<Value>& values) {
    auto list = ordered_json::array();
    for (const auto& value : values) {
        list.push_back(to_json(value));
    }
    return list;
}

} // namespace

std::vector<std::string> unit_names(const Manifest& manifest) {
    std::vector<std::string> names;
    for (const auto& unit : manifest.units) {
        names.push_back(unit.name);
    }
    return names;
}

bool has_unit(const Manifest& manifest, const std::string& unit) {
    return find_unit(manifest, unit) != nullptr;
}

const UnitEntry* find_unit(const Manifest& manifest, const std::string& unit) {
    const auto found = std::ranges::find(manifest.units, unit, &UnitEntry::name);
    return found == manifest.units.end() ? nullptr : &*found;
}

std::string write_manifest(const Manifest& manifest) {
    const ordered_json document = {
        {"format", manifest.format},
        {"profile", manifest.profile},
        {"release", manifest.release},
        {"kubernetes_version", manifest.kubernetes_version},
        {"architecture", manifest.architecture},
        {"node_name", manifest.node_name},
        {"node_address", manifest.node_address},
        {"store_entries", manifest.store_entries},
        {"units", to_json(manifest.units)},
        {"host_files", manifest.host_files},
        {"host_modes", to_json(manifest.host_modes)},
        {"cluster", to_json(manifest.cluster)},
        {"components", to_json(manifest.components)},
        {"provides", json_of(manifest.provided)},
        {"objects", to_json(manifest.objects)},
        {"fixed", manifest.fixed},
    };
    try {
        return document.dump(2) + '\n';
    } catch (const nlohmann::json::type_error&) {
        throw Error("cannot write a manifest with text that is not UTF-8");
    }
}

} // namespace k8s_node
