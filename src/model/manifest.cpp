#include "model/manifest.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "model/newer_format.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// One object of the document and its location for messages.
class Object {
public:
    Object(const json& value, std::string where) : value_(value), where_(std::move(where)) {
        if (!value_.is_object()) {
            throw Error(where_ + " is not a JSON object");
        }
    }

    [[nodiscard]] std::string text(const char* key) const {
        return get<std::string>(key, at(key).is_string(), "a string");
    }

    [[nodiscard]] bool boolean(const char* key) const {
        return get<bool>(key, at(key).is_boolean(), "true or false");
    }

    [[nodiscard]] std::int64_t integer(const char* key) const {
        return get<std::int64_t>(key, at(key).is_number_integer(), "an integer");
    }

    [[nodiscard]] std::vector<std::string> texts(const char* key) const {
        const auto all_strings = [](const json& list) {
            return std::ranges::all_of(list, [](const json& item) { return item.is_string(); });
        };
        const json& list = at(key);
        return get<std::vector<std::string>>(key, list.is_array() && all_strings(list),
                                             "a list of strings");
    }

    [[nodiscard]] std::vector<Object> objects(const char* key) const {
        const json& list = at(key);
        if (!list.is_array()) {
            throw wrong_type(key, "a list");
        }
        std::vector<Object> out;
        for (const json& item : list) {
            out.emplace_back(item, where_ + ": " + key + '[' + std::to_string(out.size()) + ']');
        }
        return out;
    }

    [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }

    [[nodiscard]] std::optional<Object> object(const char* key) const {
        const auto found = value_.find(key);
        return found == value_.end()
                   ? std::nullopt
                   : std::optional<Object>(std::in_place, *found, where_ + ": " + key);
    }

    /// All members; each value must be a string.
    [[nodiscard]] std::map<std::string, std::string> members() const {
        std::map<std::string, std::string> out;
        for (const auto& [key, value] : value_.items()) {
            out[key] = text(key.c_str());
        }
        return out;
    }

private:
    [[nodiscard]] const json& at(const char* key) const {
        const auto found = value_.find(key);
        if (found == value_.end()) {
            throw Error(where_ + " has no '" + key + "'");
        }
        return *found;
    }

    template <typename T>
    [[nodiscard]] T get(const char* key, bool right_type, const char* expected) const {
        if (!right_type) {
            throw wrong_type(key, expected);
        }
        return at(key).get<T>();
    }

    [[nodiscard]] Error wrong_type(const char* key, const char* expected) const {
        return Error(where_ + ": '" + key + "' is not " + expected);
    }

    const json& value_;
    std::string where_;
};

ordered_json to_json(const UnitEntry& unit) {
    return {
        {"name", unit.name},     {"component", unit.component}, {"source", unit.source},
        {"wants", unit.wants},   {"requires", unit.required},   {"after", unit.after},
        {"before", unit.before}, {"in_target", unit.in_target},
    };
}

UnitEntry read_unit(const Object& unit) {
    return {
        .name = unit.text("name"),
        .component = unit.text("component"),
        .source = unit.text("source"),
        .wants = unit.texts("wants"),
        .required = unit.texts("requires"),
        .after = unit.texts("after"),
        .before = unit.texts("before"),
        .in_target = unit.boolean("in_target"),
    };
}

ordered_json to_json(const std::map<std::string, unsigned>& modes) {
    ordered_json out = ordered_json::object();
    for (const auto& [path, mode] : modes) {
        out[path] = octal_mode(mode);
    }
    return out;
}

std::map<std::string, unsigned> read_modes(const Object& modes, std::string_view path) {
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

ordered_json to_json(const ClusterAccess& cluster) {
    return {{"admin_kubeconfig", cluster.admin_kubeconfig},
            {"node_kubeconfig", cluster.node_kubeconfig},
            {"pod_cidr", cluster.pod_cidr},
            {"node_labels", cluster.node_labels}};
}

ClusterAccess read_cluster(const Object& cluster) {
    ClusterAccess access;
    access.admin_kubeconfig = cluster.text("admin_kubeconfig");
    access.node_kubeconfig = cluster.text("node_kubeconfig");
    access.pod_cidr = cluster.text("pod_cidr");
    if (const auto labels = cluster.object("node_labels")) {
        access.node_labels = labels->members();
    }
    return access;
}

ordered_json to_json(const std::vector<ComponentEntry>& components) {
    ordered_json out = ordered_json::array();
    for (const auto& component : components) {
        out.push_back({{"name", component.name}, {"artifacts", component.artifacts}});
    }
    return out;
}

std::vector<ComponentEntry> read_components(const Object& manifest) {
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
void require_known_format(const Object& manifest, std::string_view path) {
    const auto format = manifest.integer("format");
    if (format > Manifest::known_format) {
        throw NewerFormat(std::string(path), format, Manifest::known_format);
    }
    if (format < 1) {
        throw Error(std::string(path) + ": " + std::to_string(format) +
                    " is not a manifest format");
    }
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
    return std::ranges::find(manifest.units, unit, &UnitEntry::name) != manifest.units.end();
}

std::string write_manifest(const Manifest& manifest) {
    ordered_json units = ordered_json::array();
    for (const auto& unit : manifest.units) {
        units.push_back(to_json(unit));
    }
    const ordered_json document = {
        {"format", manifest.format},
        {"profile", manifest.profile},
        {"release", manifest.release},
        {"kubernetes_version", manifest.kubernetes_version},
        {"architecture", manifest.architecture},
        {"node_name", manifest.node_name},
        {"store_entries", manifest.store_entries},
        {"units", units},
        {"host_files", manifest.host_files},
        {"host_modes", to_json(manifest.host_modes)},
        {"cluster", to_json(manifest.cluster)},
        {"components", to_json(manifest.components)},
    };
    try {
        return document.dump(2) + '\n';
    } catch (const json::type_error&) {
        throw Error("cannot write a manifest with text that is not UTF-8");
    }
}

Manifest parse_manifest(std::string_view text, std::string_view path) {
    const json document = parse_json(text, path);
    const Object manifest(document, std::string(path));
    require_known_format(manifest, path);
    std::vector<UnitEntry> units;
    for (const auto& unit : manifest.objects("units")) {
        units.push_back(read_unit(unit));
    }
    const auto modes = manifest.object("host_modes");
    const auto cluster = manifest.object("cluster");
    return {
        .format = static_cast<int>(manifest.integer("format")),
        .profile = manifest.text("profile"),
        .release = manifest.text("release"),
        .kubernetes_version = manifest.text("kubernetes_version"),
        .architecture = manifest.text("architecture"),
        .node_name = manifest.text("node_name"),
        .store_entries = manifest.texts("store_entries"),
        .units = std::move(units),
        .host_files = manifest.texts("host_files"),
        .host_modes = modes ? read_modes(*modes, path) : std::map<std::string, unsigned>{},
        .cluster = cluster ? read_cluster(*cluster) : ClusterAccess{},
        .components = read_components(manifest),
    };
}

} // namespace k8s_node
