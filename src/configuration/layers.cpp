#include "configuration/layers.hpp"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iterator>
#include <span>

#include "bundle/bundle.hpp"
#include "components/definitions.hpp"
#include "configuration/data_files.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "generations/redeploy_state.hpp"
#include "join/joining.hpp"
#include "language/values.hpp"
#include "model/manifest.hpp"
#include "model/node_spec.hpp"
#include "support/text.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

Source name_only(const std::string& layer, const std::string& name) {
    return std::make_shared<const SourceText>(SourceText{layer, name, {}});
}

/// Returns a layer with the installed profile and release: the defaults of a run that names
/// neither.
NodeConfiguration installed_layer(const NodeOptions& options) {
    NodeConfiguration layer;
    layer.layer.settings = Tree::map({});
    layer.layer.overrides = Tree::map({});
    const auto chosen = [&](const std::string& from, const std::string& path, const auto& names) {
        const auto source = name_only(from, path);
        layer.profile = NamedAt{names.profile, {source, 0, 0}};
        layer.release = NamedAt{names.release, {source, 0, 0}};
    };
    if (const auto manifest = installed_manifest(options.root)) {
        chosen("current generation", std::string(paths::current) + "/manifest.json", *manifest);
    } else if (const auto redeploying = read_redeploy_state(options.root)) {
        chosen("interrupted redeploy", std::string(paths::state) + "/redeploy.json", *redeploying);
    }
    return layer;
}

/// Whoever names a bundle wants its release, unless a layer says another.
NodeConfiguration bundle_layer(const BundleFile& bundle) {
    NodeConfiguration layer;
    layer.layer.settings = Tree::map({});
    layer.layer.overrides = Tree::map({});
    layer.release =
        NamedAt{bundle.manifest().release, {name_only("bundle", bundle.path().string()), 0, 0}};
    return layer;
}

NamedAt from_command_line(const std::string& flag, const std::string& value) {
    const auto source =
        std::make_shared<const SourceText>(SourceText{"command line", flag, flag + " " + value});
    return {value, {source, 1, static_cast<int>(flag.size()) + 2}};
}

NodeConfiguration command_line_layer(const NodeOptions& options, Diagnostics& diagnostics) {
    NodeConfiguration layer;
    layer.layer.settings = Tree::map({});
    layer.layer.overrides = Tree::map({});
    if (options.profile) {
        layer.profile = from_command_line("--profile", *options.profile);
    }
    if (options.release) {
        layer.release = from_command_line("--release", *options.release);
    }
    for (const auto& mirror : options.mirrors) {
        layer.mirrors.push_back(from_command_line("--mirror", mirror));
    }
    check_mirrors(layer.mirrors, diagnostics);
    if (!options.mirror_ca.empty()) {
        layer.mirror_ca = from_command_line("--mirror-ca", options.mirror_ca);
    }
    return layer;
}

/// Join data say how a node begins; from then on what is installed counts, which may have been
/// upgraded.
void add_join_layer(const NodeOptions& options, std::vector<NodeConfiguration>& layers,
                    Diagnostics& diagnostics) {
    if (options.join_data != nullptr) {
        layers.push_back(configuration_of(*options.join_data, diagnostics));
    } else if (const auto kept = kept_join_data(options.root, diagnostics)) {
        layers.push_back(configuration_of(*kept, diagnostics));
    }
}

/// The CA certificates for mirrors must exist and be readable.
void check_authority_file(const NodeOptions& options, const std::vector<NodeConfiguration>& layers,
                          Diagnostics& diagnostics) {
    std::optional<NamedAt> authority;
    for (const auto& layer : layers) {
        authority = layer.mirror_ca ? layer.mirror_ca : authority;
    }
    if (authority && !trouble_with_file(authority->name).empty() &&
        !trouble_with_file(options.root.at(authority->name)).empty()) {
        diagnostics.add(authority->at, lack_of_file("file", authority->name),
                        "it must hold the CA certificates (PEM) for the mirrors");
    }
}

/// Reports two files of one layer that define the same thing: one would be ignored.
template <typename Definition>
void report_duplicates(const std::vector<Definition>& all, const std::string& what,
                       Diagnostics& diagnostics) {
    for (auto each = all.begin(); each != all.end(); ++each) {
        const auto earlier = std::find_if(all.begin(), each, [&](const Definition& other) {
            return other.name == each->name && other.at.layer() == each->at.layer();
        });
        if (earlier != each && !each->name.empty()) {
            diagnostics.add(each->at, what + " '" + each->name + "' is defined twice",
                            "it is already defined in " + earlier->at.text());
        }
    }
}

struct ReadComponent {
    ComponentDefinition definition; ///< empty if it could not be read
    Diagnostics diagnostics;
};

std::vector<ReadComponent> read_components(std::span<const DataFile> files,
                                           const TrustPolicy& policy) {
    std::vector<ReadComponent> out;
    for (const auto& file : files) {
        auto& component = out.emplace_back();
        const auto tree = parse_data(file, "component", policy, component.diagnostics);
        if (component.diagnostics.empty() || !tree.entries().empty()) {
            component.definition = read_component(tree, component.diagnostics);
        }
    }
    return out;
}

} // namespace

std::vector<ComponentDefinition>
load_components(const NodeOptions& options, Diagnostics& diagnostics, const TrustPolicy& policy) {
    const auto files = data_files(options, "components", diagnostics);
    const auto middle = files.begin() + std::ssize(files) / 2;
    // Reading YAML is a quarter of the time of a run that finds nothing to do.
    auto later = std::async(std::launch::async, [&] {
        return read_components({middle, files.end()}, policy);
    });
    auto read = read_components({files.begin(), middle}, policy);
    std::ranges::move(later.get(), std::back_inserter(read));
    std::vector<ComponentDefinition> out;
    for (auto& component : read) {
        out.push_back(std::move(component.definition));
        diagnostics.append(std::move(component.diagnostics));
    }
    report_duplicates(out, "component", diagnostics);
    return out;
}

std::vector<ProfileDefinition> load_profiles(const NodeOptions& options, Diagnostics& diagnostics,
                                             const TrustPolicy& policy) {
    std::vector<ProfileDefinition> out;
    for (const auto& file : data_files(options, "profiles", diagnostics)) {
        const auto reported = diagnostics.size();
        const auto tree = parse_data(file, "profile", policy, diagnostics);
        if (diagnostics.size() == reported || !tree.entries().empty()) {
            out.push_back(read_profile(tree, diagnostics));
        }
    }
    report_duplicates(out, "profile", diagnostics);
    return out;
}

std::vector<NodeConfiguration> load_layers(const NodeOptions& options, Diagnostics& diagnostics) {
    std::vector<NodeConfiguration> layers;
    add_join_layer(options, layers, diagnostics);
    layers.push_back(installed_layer(options));
    if (options.opened_bundle != nullptr) {
        layers.push_back(bundle_layer(*options.opened_bundle));
    }
    const auto read = [&](const fs::path& path, const std::string& layer) {
        if (!is_readable_file(path, diagnostics)) {
            return;
        }
        layers.push_back(read_node_configuration(parse_yaml_file(path.string(), layer, diagnostics),
                                                 diagnostics));
    };
    const auto configuration = options.root.at(paths::configuration);
    if (!options.configuration.empty()) {
        read(options.configuration, "node configuration");
    } else if (attributes_of(configuration / "node.yaml")) {
        read(configuration / "node.yaml", "node configuration");
    }
    for (const auto& path : yaml_files(configuration / "node.d", diagnostics)) {
        read(path, "drop-in");
    }
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
        const auto path = fs::path(credentials) / "k8s_node.config";
        if (fs::exists(path)) {
            read(path, "credential");
        }
    }
    layers.push_back(command_line_layer(options, diagnostics));
    for (const auto& assignment : options.assignments) {
        layers.push_back(read_assignment(assignment, diagnostics));
    }
    check_authority_file(options, layers, diagnostics);
    return layers;
}

} // namespace k8s_node
