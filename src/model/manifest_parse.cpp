#include "model/manifest.hpp"
#include "model/newer_format.hpp"
#include "model/provided_json.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

/// Before it a manifest had only the edges of units, and neither probes nor inputs.
constexpr int typed_format = 2;

Probe read_probe(const JsonObject& from) {
    auto probe = Probe::parse(from.text("url"));
    probe.ca_file = from.text("ca");
    probe.body_contains = from.text("contains");
    probe.deadline = std::chrono::seconds(from.integer("deadline_s"));
    return probe;
}

LiveProbe read_live_probe(const JsonObject& from) {
    return {.url = from.text("url"),
            .any_answer = from.boolean("any_answer"),
            .timeout = std::chrono::seconds(from.integer("timeout_s"))};
}

ObjectEntry read_object(const JsonObject& object) {
    ObjectEntry entry{object.text("file"), object.text("identity")};
    if (object.has("inlined")) {
        for (const auto& each : object.objects("inlined")) {
            entry.inlined.push_back({each.text("pointer"), each.text("mark"), each.text("file")});
        }
    }
    return entry;
}

void read_typed_parts(const JsonObject& from, UnitEntry& unit) {
    if (const auto ready = from.object("ready")) {
        unit.ready = read_probe(*ready);
    }
    if (const auto live = from.object("live")) {
        unit.live = read_live_probe(*live);
    }
    for (const auto& input : from.objects("inputs")) {
        unit.inputs.push_back({input.text("path"), input.text("named_by")});
    }
    const auto rollout = from.required_object("rollout");
    unit.rollout = {rollout.boolean("last"), rollout.texts("after")};
}

UnitEntry read_unit(const JsonObject& from, int format) {
    UnitEntry unit{
        .name = from.text("name"),
        .component = from.text("component"),
        .source = from.text("source"),
        .wants = from.texts("wants"),
        .required = from.texts("requires"),
        .after = from.texts("after"),
        .before = from.texts("before"),
        .in_target = from.boolean("in_target"),
    };
    if (format >= typed_format) {
        read_typed_parts(from, unit);
    }
    return unit;
}

std::map<std::string, unsigned> read_modes(const JsonObject& modes, std::string_view path) {
    std::map<std::string, unsigned> out;
    for (const auto& [file, text] : modes.members()) {
        const auto mode = parse_octal_mode(text);
        if (!mode) {
            throw Error(std::string(path) + ": '" + text + "' is not a valid file mode");
        }
        out[file] = *mode;
    }
    return out;
}

ClusterAccess read_cluster(const JsonObject& cluster) {
    ClusterAccess access;
    access.admin_kubeconfig = cluster.text("admin_kubeconfig");
    access.node_kubeconfig = cluster.text("node_kubeconfig");
    access.pod_cidr = cluster.text("pod_cidr");
    if (const auto labels = cluster.object("node_labels")) {
        access.node_labels = labels->members();
    }
    return access;
}

std::vector<ComponentEntry> read_components(const JsonObject& manifest) {
    std::vector<ComponentEntry> out;
    if (manifest.has("components")) {
        for (const auto& component : manifest.objects("components")) {
            const auto artifacts = component.object("artifacts");
            out.push_back({component.text("name"), artifacts
                                                       ? artifacts->members()
                                                       : std::map<std::string, std::string>{}});
        }
    }
    return out;
}

void read_typed_parts(const JsonObject& from, Manifest& manifest) {
    manifest.node_address = from.text("node_address");
    manifest.provided = provided_of(from.required_object("provides"));
    for (const auto& object : from.objects("objects")) {
        manifest.objects.push_back(read_object(object));
    }
    manifest.fixed = from.required_object("fixed").members();
}

json parse_json(std::string_view text, std::string_view path) {
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        // The library's text quotes the input, which can be anything.
        throw Error(std::string(path) + " is not JSON (at byte " + std::to_string(error.byte) +
                    ")");
    } catch (const json::out_of_range&) {
        throw Error(std::string(path) + " holds a number that is too large for a manifest");
    }
}

/// Checks the format first: for a newer format, other errors would only mislead.
int known_format_of(const JsonObject& manifest, std::string_view path) {
    const auto format = manifest.integer("format");
    if (format > Manifest::known_format) {
        throw NewerFormat(std::string(path), format, Manifest::known_format);
    }
    if (format < 1) {
        throw Error(std::string(path) + ": " + std::to_string(format) +
                    " is not a manifest format");
    }
    return static_cast<int>(format);
}

} // namespace

Manifest parse_manifest(std::string_view text, std::string_view path) {
    const json document = parse_json(text, path);
    const JsonObject from(document, std::string(path));
    Manifest manifest;
    manifest.format = known_format_of(from, path);
    for (const auto& unit : from.objects("units")) {
        manifest.units.push_back(read_unit(unit, manifest.format));
    }
    manifest.profile = from.text("profile");
    manifest.release = from.text("release");
    manifest.kubernetes_version = from.text("kubernetes_version");
    manifest.architecture = from.text("architecture");
    manifest.node_name = from.text("node_name");
    manifest.store_entries = from.texts("store_entries");
    manifest.host_files = from.texts("host_files");
    if (const auto modes = from.object("host_modes")) {
        manifest.host_modes = read_modes(*modes, path);
    }
    if (const auto cluster = from.object("cluster")) {
        manifest.cluster = read_cluster(*cluster);
    }
    manifest.components = read_components(from);
    if (manifest.format >= typed_format) {
        read_typed_parts(from, manifest);
    }
    return manifest;
}

} // namespace k8s_node
