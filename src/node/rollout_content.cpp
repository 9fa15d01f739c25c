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

/// Returns the policy of this machine. `options.configuration` is that of the others.
TrustPolicy own_policy(NodeOptions options, Diagnostics& diagnostics) {
    options.configuration.clear();
    return {load_layers(options, diagnostics), options.root};
}

} // namespace

void load_content(const NodeOptions& options, rollout::Request& request) {
    Diagnostics diagnostics;
    const auto policy = own_policy(options, diagnostics);
    ReleaseText source;
    const auto name = release_named(options);
    const auto release = load_release(options, NamedAt{name, {}}, source, diagnostics,
                                      options.release ? policy : TrustPolicy());
    diagnostics.throw_if_any();
    // Also what this node keeps and need not verify again: every other node verifies it.
    policy.check("the release " + release.name, split_signature(source.text));
    request.release = release.name;
    request.release_text = std::move(source.text);
    if (!options.configuration.empty()) {
        request.configuration = read_layer(options.configuration);
    }
}

} // namespace k8s_node
