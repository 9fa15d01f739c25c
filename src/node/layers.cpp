#include "node/layers.hpp"

#include <algorithm>
#include <cstdlib>

#include "config/definitions.hpp"
#include "config/values.hpp"
#include "config/yaml.hpp"
#include "model/manifest.hpp"
#include "model/node_spec.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Files named *.yaml in a directory that may not exist, by name.
std::vector<fs::path> yaml_files(const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (entry.path().extension() == ".yaml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

struct DataFile {
    fs::path path;
    bool site = false;
};

/// Shipped files of a kind, then the site's.
std::vector<DataFile> data_files(const NodeOptions& options, const std::string& kind) {
    std::vector<DataFile> files;
    // Shipped profiles lie at the top, as in the source tree.
    const fs::path shipped(options.data_directory);
    for (const auto& path : yaml_files(kind == "profiles" ? shipped : shipped / kind)) {
        files.push_back({path, false});
    }
    for (const auto& path : yaml_files(options.root.at(paths::configuration) / kind)) {
        files.push_back({path, true});
    }
    return files;
}

Tree parse_data(const DataFile& file, const std::string& layer, Diagnostics& diagnostics) {
    return parse_yaml_file(file.path.string(), file.site ? "site " + layer : layer, diagnostics);
}

std::optional<Manifest> current_manifest(const NodeOptions& options) {
    const auto path = options.root.at(paths::current) / "manifest.json";
    const auto text = read_file_if_exists(path);
    return text ? std::optional(parse_manifest(*text, path.string())) : std::nullopt;
}

/// Profile and release that are installed: what a run without either means.
NodeConfiguration installed_layer(const NodeOptions& options) {
    NodeConfiguration layer;
    layer.layer.settings = Tree::map({});
    layer.layer.overrides = Tree::map({});
    if (const auto manifest = current_manifest(options)) {
        const auto source = std::make_shared<const SourceText>(
            SourceText{"current generation", std::string(paths::current) + "/manifest.json", {}});
        layer.profile = NamedAt{manifest->profile, {source, 0, 0}};
        layer.release = NamedAt{manifest->release, {source, 0, 0}};
    }
    return layer;
}

NamedAt from_command_line(const std::string& flag, const std::string& value) {
    const auto source =
        std::make_shared<const SourceText>(SourceText{"command line", flag, flag + " " + value});
    return {value, {source, 1, static_cast<int>(flag.size()) + 2}};
}

NodeConfiguration command_line_layer(const NodeOptions& options) {
    NodeConfiguration layer;
    layer.layer.settings = Tree::map({});
    layer.layer.overrides = Tree::map({});
    if (options.profile) {
        layer.profile = from_command_line("--profile", *options.profile);
    }
    if (options.release) {
        layer.release = from_command_line("--release", *options.release);
    }
    layer.mirrors = options.mirrors;
    if (!options.mirror_ca.empty()) {
        layer.mirror_ca = options.mirror_ca;
    }
    return layer;
}

/// The text of a release file by name, and where it was found.
std::optional<DataFile> find_release(const NodeOptions& options, const std::string& name) {
    auto files = data_files(options, "releases");
    std::reverse(files.begin(), files.end());
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const DataFile& file) { return file.path.stem() == name; });
    return found == files.end() ? std::nullopt : std::optional(*found);
}

std::string newest_release(const NodeOptions& options) {
    std::string newest;
    for (const auto& file : data_files(options, "releases")) {
        const auto name = file.path.stem().string();
        newest = newest.empty() || compare_versions(newest, name) < 0 ? name : newest;
    }
    return newest;
}

DataFile locate_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                        Diagnostics& diagnostics) {
    const auto name = chosen ? chosen->name : newest_release(options);
    if (name.find('/') != std::string::npos) {
        return {name, true};
    }
    if (const auto file = find_release(options, name)) {
        return *file;
    }
    const auto installed = options.root.at(paths::current) / "release.yaml";
    const auto manifest = current_manifest(options);
    if (manifest && manifest->release == name && fs::exists(installed)) {
        return {installed, true};
    }
    std::vector<std::string> names;
    for (const auto& file : data_files(options, "releases")) {
        names.push_back(file.path.stem().string());
    }
    diagnostics.add(chosen ? chosen->at : Position{}, "there is no release '" + name + "'",
                    "known: " + join(names, ", ") + "; or give the path of a release file");
    diagnostics.throw_if_any();
    return {};
}

} // namespace

std::vector<ComponentDefinition> load_components(const NodeOptions& options,
                                                 Diagnostics& diagnostics) {
    std::vector<ComponentDefinition> out;
    for (const auto& file : data_files(options, "components")) {
        out.push_back(read_component(parse_data(file, "component", diagnostics), diagnostics));
    }
    return out;
}

std::vector<ProfileDefinition> load_profiles(const NodeOptions& options, Diagnostics& diagnostics) {
    std::vector<ProfileDefinition> out;
    for (const auto& file : data_files(options, "profiles")) {
        out.push_back(read_profile(parse_data(file, "profile", diagnostics), diagnostics));
    }
    return out;
}

std::vector<NodeConfiguration> load_layers(const NodeOptions& options, Diagnostics& diagnostics) {
    std::vector<NodeConfiguration> layers = {installed_layer(options)};
    const auto read = [&](const fs::path& path, const std::string& layer) {
        layers.push_back(read_node_configuration(parse_yaml_file(path.string(), layer, diagnostics),
                                                 diagnostics));
    };
    const auto configuration = options.root.at(paths::configuration);
    if (!options.configuration.empty()) {
        read(options.configuration, "node configuration");
    } else if (fs::exists(configuration / "node.yaml")) {
        read(configuration / "node.yaml", "node configuration");
    }
    for (const auto& path : yaml_files(configuration / "node.d")) {
        read(path, "drop-in");
    }
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
        const auto path = fs::path(credentials) / "k8s_node.config";
        if (fs::exists(path)) {
            read(path, "credential");
        }
    }
    layers.push_back(command_line_layer(options));
    for (const auto& assignment : options.assignments) {
        layers.push_back(read_assignment(assignment, diagnostics));
    }
    return layers;
}

Release load_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                     std::string& source_text, Diagnostics& diagnostics) {
    const auto file = locate_release(options, chosen, diagnostics);
    source_text = read_file(file.path);
    return read_release(parse_data(file, "release", diagnostics), diagnostics);
}

} // namespace k8s_node
