#include "node/rollout_content.hpp"

#include "components/definitions.hpp"
#include "configuration/layers.hpp"
#include "model/node_spec.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

std::string release_named(const NodeOptions& options) {
    if (options.release) {
        return *options.release;
    }
    const auto installed = options.root.at(paths::current) / "release.yaml";
    if (options.configuration.empty() || !path_exists(installed)) {
        throw Error("--release is needed: the release to roll out", ExitStatus::usage);
    }
    return installed.string();
}

std::string read_layer(const std::string& file) {
    Diagnostics diagnostics;
    const auto layer = read_node_configuration(
        parse_yaml_file(file, "node configuration", diagnostics), diagnostics);
    for (const auto& named : {layer.profile, layer.release}) {
        if (named) {
            diagnostics.add(named->at,
                            "the configuration of all nodes names no profile and no release",
                            "name the release by --release");
        }
    }
    diagnostics.throw_if_any();
    return read_file(file);
}

} // namespace

void load_content(const NodeOptions& options, rollout::Request& request) {
    Diagnostics diagnostics;
    const auto release = load_release(options, NamedAt{release_named(options), {}},
                                      request.release_text, diagnostics);
    diagnostics.throw_if_any();
    request.release = release.name;
    if (!options.configuration.empty()) {
        request.configuration = read_layer(options.configuration);
    }
}

} // namespace k8s_node
