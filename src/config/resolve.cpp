#include "config/resolve.hpp"

#include <algorithm>

#include "config/composition.hpp"
#include "config/expand.hpp"
#include "config/parts.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

template <typename Member>
std::optional<NamedAt> last_named(const std::vector<NodeConfiguration>& layers, Member member) {
    std::optional<NamedAt> found;
    for (const auto& layer : layers) {
        if (layer.*member) {
            found = layer.*member;
        }
    }
    return found;
}

/// Every setting of the composed components with the value of the last layer
/// that sets it, still with its references.
Settings collect_settings(const Composition& composition,
                          const std::vector<ComponentDefinition>& all, Diagnostics& diagnostics) {
    Settings settings;
    for (const auto& component : composition.components) {
        for (const auto& spec : component.settings) {
            settings[component.name + "." + spec.key] = {spec, spec.fallback};
        }
    }
    for (const auto* layer : composition.layers) {
        for (const auto& component : layer->settings.entries()) {
            for (const auto& entry : component.value.entries()) {
                const auto found = settings.find(component.key + "." + entry.key);
                if (found == settings.end()) {
                    report_unknown_setting(component, entry, all, composition, diagnostics);
                } else if (entry.value.is_null()) {
                    found->second.value = found->second.spec.fallback;
                } else {
                    found->second.value = entry.value;
                }
            }
        }
    }
    return settings;
}

/// The artifact for this machine's architecture, its ${arch} replaced.
std::optional<Artifact> choose_artifact(const ReleaseArtifact& from, const std::string& arch,
                                        Diagnostics& diagnostics) {
    const auto digest = std::find_if(from.digests.begin(), from.digests.end(),
                                     [&](const auto& entry) { return entry.first == arch; });
    if (digest == from.digests.end()) {
        diagnostics.add(from.at, "artifact '" + from.name +
                                     "' has no digest for this machine's "
                                     "architecture, " +
                                     arch);
        return std::nullopt;
    }
    const auto with_arch = [&](const std::string& text) {
        return replace_all(text, "${arch}", arch);
    };
    Artifact artifact{from.name, from.version, with_arch(from.url), digest->second,
                      {},        from.file,    from.file_mode};
    for (const auto& member : from.members) {
        artifact.members.push_back({with_arch(member.from), with_arch(member.to)});
    }
    return artifact;
}

/// Makes ${artifact.NAME.path} and .version known for every artifact of the
/// release and for the profile's logical names.
void define_artifacts(const ResolveInput& input, const Composition& composition, Scope& scope,
                      std::vector<Artifact>& artifacts, Diagnostics& diagnostics) {
    const auto define = [&](const std::string& name, const Artifact& artifact) {
        scope.define("artifact." + name + ".version", artifact.version);
        scope.define("artifact." + name + ".path",
                     std::string(paths::store) + "/" + artifact.store_name());
    };
    for (const auto& from : input.release.artifacts) {
        if (auto artifact = choose_artifact(from, input.host.at("architecture"), diagnostics)) {
            define(artifact->name, *artifact);
            artifacts.push_back(*std::move(artifact));
        }
    }
    for (const auto& [logical, actual] : composition.artifact_names) {
        const auto& wanted = actual.name;
        const auto found = std::find_if(artifacts.begin(), artifacts.end(),
                                        [&](const auto& a) { return a.name == wanted; });
        if (found == artifacts.end()) {
            diagnostics.add(actual.at,
                            "release " + input.release.name + " has no artifact '" + wanted + "'");
        } else {
            define(logical, *found);
        }
    }
}

/// Keeps the artifacts whose store path some part of the spec mentions.
std::vector<Artifact> used_artifacts(const std::vector<Artifact>& all, const Tree& bodies) {
    const auto text = flatten_text(bodies);
    std::vector<Artifact> used;
    std::copy_if(all.begin(), all.end(), std::back_inserter(used), [&](const Artifact& artifact) {
        return text.find("/" + artifact.store_name()) != std::string::npos;
    });
    return used;
}

void read_pki_settings(const Settings& settings, PkiSpec& pki) {
    const auto value = [&](const std::string& name) {
        const auto found = settings.find(name);
        return found == settings.end() || !found->second.value ? std::string()
                                                               : found->second.value->text();
    };
    const auto algorithm = value("pki.key_algorithm");
    pki.key_algorithm = algorithm == "rsa-2048"   ? KeyAlgorithm::rsa_2048
                        : algorithm == "rsa-4096" ? KeyAlgorithm::rsa_4096
                                                  : KeyAlgorithm::ecdsa_p256;
    const auto days = [&](const char* name, int fallback) {
        return static_cast<int>(parse_integer(value(name)).value_or(fallback));
    };
    pki.certificate_days = days("pki.certificate_days", pki.certificate_days);
    pki.authority_days = days("pki.authority_days", pki.authority_days);
}

} // namespace

std::optional<NamedAt> chosen_profile(const std::vector<NodeConfiguration>& layers) {
    return last_named(layers, &NodeConfiguration::profile);
}

std::optional<NamedAt> chosen_release(const std::vector<NodeConfiguration>& layers) {
    return last_named(layers, &NodeConfiguration::release);
}

NodeSpec resolve(const ResolveInput& input) {
    Diagnostics diagnostics;
    const auto composition = compose(input, diagnostics);
    diagnostics.throw_if_any();

    std::set<std::string> names;
    NodeSpec spec;
    for (const auto& component : composition.components) {
        names.insert(component.name);
        spec.components.push_back(component.name);
    }
    Scope scope(collect_settings(composition, input.components, diagnostics), input.host, names,
                diagnostics);
    scope.define("program", input.host.at("program"));
    scope.define("profile", composition.profile);
    scope.define("kubernetes.version", input.release.name);
    scope.define("release.pause_image", input.release.pause_image);
    std::vector<Artifact> artifacts;
    define_artifacts(input, composition, scope, artifacts, diagnostics);
    spec.settings = scope.finish();
    diagnostics.throw_if_any();

    spec.profile = composition.profile;
    spec.release = input.release.name;
    spec.architecture = input.host.at("architecture");
    spec.node_name = scope.text("node.name").value_or("");
    read_pki_settings(spec.settings, spec.pki);
    Tree bodies = Tree::list({});
    for (const auto& component : composition.components) {
        const auto body = expand(component.body, scope, diagnostics);
        read_parts(component.name, body, spec, diagnostics);
        bodies.items().push_back(body);
    }
    check_edges(spec, diagnostics);
    diagnostics.throw_if_any();
    spec.artifacts = used_artifacts(artifacts, bodies);
    for (const auto& layer : input.layers) {
        spec.mirrors = layer.mirrors.empty() ? spec.mirrors : layer.mirrors;
        spec.mirror_ca = layer.mirror_ca.value_or(spec.mirror_ca);
    }
    return spec;
}

} // namespace k8s_node
