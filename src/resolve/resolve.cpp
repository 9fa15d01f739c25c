#include "resolve/resolve.hpp"

#include <algorithm>

#include "components/order.hpp"
#include "language/blame.hpp"
#include "language/expand.hpp"
#include "language/networks.hpp"
#include "language/setting_definition.hpp"
#include "resolve/body.hpp"
#include "resolve/fixed.hpp"
#include "resolve/idle.hpp"
#include "resolve/layered_settings.hpp"
#include "resolve/origins.hpp"
#include "resolve/supported.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// More than all programs of a node and the directories around them.
constexpr std::uint64_t store_inodes = 200;

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

/// Returns the artifact for this machine's architecture, with ${arch} replaced.
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

/// Defines ${artifact.NAME.path} and .version for every artifact of the release and for the
/// profile's logical names.
void define_artifacts(const ResolveInput& input, const Composition& composition, Scope& scope,
                      std::vector<Artifact>& artifacts, Diagnostics& diagnostics) {
    // A missing one is reported here, so its name is defined nevertheless.
    const auto define = [&](const std::string& name, const Artifact* artifact) {
        scope.names().define("artifact." + name + ".version", artifact ? artifact->version : "");
        scope.names().define("artifact." + name + ".path",
                             std::string(paths::store) + "/" +
                                 (artifact ? artifact->store_name() : "missing"));
    };
    for (const auto& from : input.release.artifacts) {
        auto artifact = choose_artifact(from, input.host.at("architecture"), diagnostics);
        define(from.name, artifact ? &*artifact : nullptr);
        if (artifact) {
            artifacts.push_back(*std::move(artifact));
        }
    }
    for (const auto& [logical, actual] : composition.artifact_names) {
        const auto& wanted = actual.name;
        const auto found = std::find_if(artifacts.begin(), artifacts.end(),
                                        [&](const auto& a) { return a.name == wanted; });
        define(logical, found == artifacts.end() ? nullptr : &*found);
    }
}

/// Returns the artifacts whose store path some part of the node mentions.
std::vector<Artifact> used_artifacts(const std::vector<Artifact>& all,
                                     const std::vector<NamedValue>& parts) {
    std::vector<Artifact> used;
    std::copy_if(all.begin(), all.end(), std::back_inserter(used), [&](const Artifact& artifact) {
        const auto path = "/" + artifact.store_name();
        return std::any_of(parts.begin(), parts.end(), [&](const NamedValue& part) {
            return part.value.text().find(path) != std::string::npos ||
                   part.name.find(path) != std::string::npos;
        });
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

/// Defines the fixed names that every node has.
void define_names(const ResolveInput& input, const Composition& composition, Names& names) {
    names.set_components(composition.known);
    const auto& program = input.host.at("program");
    names.define("program", program);
    // Installed next to it.
    names.define("watch_program", program.substr(0, program.rfind('/') + 1) + "k8s-node-watch");
    names.define("profile", composition.profile);
    names.define("kubernetes.version", input.release.name);
    names.define("release.pause_image", input.release.pause_image);
    // Settings may refer to a config before it is known which conditions hold.
    std::set<std::string> configs;
    for (const auto& component : composition.components) {
        if (const auto* declared = component.body.find("configs")) {
            for (const auto& entry : declared->entries()) {
                configs.insert(entry.key);
            }
        }
    }
    names.set_configs(std::move(configs));
}

NamedValue choice(const std::string& name, const NamedAt& named) {
    return {name, Tree::scalar(named.name, true, named.at)};
}

/// Reads what layers choose besides settings; the last layer wins.
void read_choices(const ResolveInput& input, NodeSpec& spec) {
    const auto& release = input.release;
    spec.choices.push_back(choice("profile", *chosen_profile(input.layers)));
    spec.choices.push_back(choice(
        "release", chosen_release(input.layers).value_or(NamedAt{release.name, release.at})));
    std::vector<NamedAt> mirrors;
    std::optional<NamedAt> authority;
    for (const auto& layer : input.layers) {
        mirrors = layer.mirrors.empty() ? mirrors : layer.mirrors;
        authority = layer.mirror_ca ? layer.mirror_ca : authority;
    }
    for (const auto& mirror : mirrors) {
        spec.mirrors.push_back(mirror.name);
        spec.choices.push_back(choice("mirrors", mirror));
    }
    if (authority) {
        spec.mirror_ca = authority->name;
        spec.choices.push_back(choice("mirror_ca", *authority));
    }
}

/// Evaluates the conditions in the declarations of settings. They may refer to settings whose own
/// declaration has none.
void specialize_settings(const ResolveInput& input, Composition& composition, const Names& names,
                         Diagnostics& diagnostics) {
    Diagnostics reported_later;
    auto plain = layered_settings(composition, input.components, reported_later);
    std::erase_if(plain,
                  [](const auto& entry) { return has_conditions(entry.second.spec.declared); });
    Scope before(std::move(plain), input.host, reported_later);
    before.names() = names;
    for (auto& component : composition.components) {
        for (auto& setting : component.settings) {
            setting = specialized_setting(setting, before, diagnostics);
        }
    }
}

/// Reads the parts of all components. Wrong settings were already reported.
void read_bodies(const ResolveInput& input, const Composition& composition, Scope& scope,
                 NodeSpec& spec, Diagnostics& diagnostics) {
    const auto bodies = expand_bodies(composition, scope, diagnostics);
    NodeParts node(spec, diagnostics);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        const auto& component = composition.components[i].name;
        spec.components.push_back(component);
        read_parts(component, bodies[i], node);
        list_values(component, bodies[i], spec.parts);
    }
    check_authorities(node);
    check_provided(node);
    check_edges(bodies, input.components, diagnostics);
    check_order(bodies, diagnostics);
}

/// Used if a setting has no usable value: reads the bodies and reports only what the operator
/// wrote into them without a reference. Everything else may be wrong only for lack of that value.
void report_sure_mistakes(const ResolveInput& input, const Composition& composition, Scope& scope,
                          Diagnostics& diagnostics) {
    NodeSpec unused;
    Diagnostics found;
    read_bodies(input, composition, scope, unused, found);
    try {
        found.throw_if_any();
    } catch (const ConfigurationError& error) {
        for (const auto& each : error.diagnostics()) {
            const auto lines = split_lines(each.at.source ? each.at.source->text : "");
            const auto line = static_cast<std::size_t>(each.at.line) - 1;
            if (is_operators(each.at) && line < lines.size() &&
                lines[line].find('$') == std::string::npos) {
                diagnostics.add(each.at, each.message, each.hint);
            }
        }
    }
}

} // namespace

std::optional<NamedAt> chosen_profile(const std::vector<NodeConfiguration>& layers) {
    return last_named(layers, &NodeConfiguration::profile);
}

std::optional<NamedAt> chosen_release(const std::vector<NodeConfiguration>& layers) {
    return last_named(layers, &NodeConfiguration::release);
}

NodeSpec resolve(const ResolveInput& input, Diagnostics diagnostics) {
    auto composition = diagnostics.is_cut_short() ? Composition() : compose(input, diagnostics);
    if (diagnostics.is_cut_short()) {
        check_settings_alone(input, diagnostics);
        diagnostics.throw_if_any();
    }
    Scope before({}, input.host, diagnostics);
    define_names(input, composition, before.names());
    std::vector<Artifact> artifacts;
    define_artifacts(input, composition, before, artifacts, diagnostics);
    check_supported(input.release, composition, before, diagnostics);
    specialize_settings(input, composition, before.names(), diagnostics);
    keep_installed(input.installed, composition);

    const auto settings = layered_settings(composition, input.components, diagnostics);
    Scope scope(settings, input.host, diagnostics);
    scope.names() = before.names();
    const auto idle = leave_out_idle(composition, scope, diagnostics);
    for (const auto& name : report_missing(settings, composition, diagnostics)) {
        scope.mark_broken(name);
    }
    NodeSpec spec;
    spec.settings = settings_without(idle, scope.finish());
    check_networks(spec.settings, diagnostics);
    check_fixed(spec.settings, input.installed, diagnostics);
    if (scope.usable()) {
        read_bodies(input, composition, scope, spec, diagnostics);
    } else {
        report_sure_mistakes(input, composition, scope, diagnostics);
    }
    diagnostics.throw_if_any();
    spec.profile = composition.profile;
    spec.release = input.release.name;
    spec.architecture = input.host.at("architecture");
    spec.node_name = scope.text("node.name").value_or("");
    spec.node_address = scope.text("node.address").value_or("");
    spec.reliance.directories.insert(spec.reliance.directories.begin(),
                                     {paths::store, {"exec"}, {"rw"}, {}, 0, store_inodes});
    read_pki_settings(spec.settings, spec.pki);
    read_choices(input, spec);
    spec.artifacts = used_artifacts(artifacts, spec.parts);
    list_origins(input, composition, spec);
    return spec;
}

} // namespace k8s_node
