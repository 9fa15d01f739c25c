#include "node/desired.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <unistd.h>

#include "bundle/bundle.hpp"
#include "configuration/layers.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "generations/release_mark.hpp"
#include "host/facts.hpp"
#include "render/render.hpp"

namespace k8s_node {

namespace {

/// Returns "6.1.0" for "6.1.0-18-amd64": the suffixes of distributions have no common form.
std::string kernel_version(const std::string& release) {
    auto version = release.substr(0, release.find_first_not_of("0123456789."));
    version.erase(version.find_last_not_of('.') + 1);
    return version.empty() ? "0" : version;
}

} // namespace

HostValues host_values(const Facts& facts, const std::string& program) {
    std::string name = facts.hostname;
    // kubelet lower-cases the host name to make the node's name.
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return {
        {"name", name},
        {"address",
         facts.default_address.empty() ? facts.default_address_ipv6 : facts.default_address},
        {"address_ipv4", facts.default_address},
        {"address_ipv6", facts.default_address_ipv6},
        {"architecture", facts.architecture},
        {"resolv_conf", facts.resolv_conf},
        {"has_name_server", facts.has_name_server ? "true" : "false"},
        {"kernel_version", kernel_version(facts.kernel_release)},
        {"cgroup_version", facts.cgroup == CgroupLayout::v2 ? "2" : "1"},
        {"restrict_oom_score_adj", facts.may_lower_oom_score ? "false" : "true"},
        {"conntrack_max_per_core", facts.conntrack_tunable ? "32768" : "0"},
        {"container", facts.container},
        {"program", program},
    };
}

namespace {

/// Returns the path of a site's file on the node. The directory of an image's tree says nothing
/// about the node and must not make another generation.
std::string name_on_node(const std::string& name, const Root& root) {
    const auto here = root.at(paths::configuration).string();
    return name.starts_with(here + "/") ? paths::configuration + name.substr(here.size()) : name;
}

/// Users who may not read the ledger change nothing; they get the node name only.
InstalledValues installed_values(const NodeOptions& options) {
    const auto source = [](const std::string& path) {
        return std::make_shared<const SourceText>(SourceText{"installed node", path, {}});
    };
    if (options.anew) {
        return {};
    }
    const auto ledger = options.root.at(paths::ledger);
    if (::access(ledger.c_str(), R_OK) == 0 || errno != EACCES) {
        return {source(paths::ledger), read_ledger(options.root).fixed};
    }
    const auto manifest = installed_manifest(options.root);
    return manifest ? InstalledValues{source(std::string(paths::current) + "/manifest.json"),
                                      {{"node.name", manifest->node_name}}}
                    : InstalledValues{};
}

/// Facts that a machine has once its network is up.
struct OwnFamily {
    const char* name;
    std::vector<const char*> facts;
};

/// Resolves as if the machine had an address of the family, with documentation addresses (RFC 5737,
/// RFC 3849) in place of the facts that it lacks; nullopt if that is not all that is wrong.
std::optional<NodeSpec> resolve_as_if(ResolveInput input, const Diagnostics& diagnostics,
                                      const OwnFamily& family) {
    for (const auto* name : family.facts) {
        if (auto& fact = input.host.at(name); fact.empty()) {
            fact = std::string_view(name) == "address_ipv6" ? "2001:db8::1" : "192.0.2.1";
        }
    }
    try {
        return resolve(input, diagnostics);
    } catch (const ConfigurationError&) {
        return std::nullopt;
    }
}

/// Without a default route the machine has no address for the node. If that is the only problem,
/// nothing is wrong with the configuration: the network is not up yet.
NodeSpec resolve_with_address(const ResolveInput& input, const Diagnostics& diagnostics,
                              OwnAddress address) {
    static const std::array<OwnFamily, 4> families = {{
        {"IPv4 or IPv6", {"address"}},
        {"IPv4", {"address_ipv4"}},
        {"IPv6", {"address_ipv6"}},
        {"IPv4 and none for IPv6", {"address_ipv4", "address_ipv6"}},
    }};
    try {
        return resolve(input, diagnostics);
    } catch (const ConfigurationError&) {
        for (const auto& family : families) {
            const auto spec = resolve_as_if(input, diagnostics, family);
            if (spec && address == OwnAddress::of_no_concern) {
                return *spec;
            }
            if (spec) {
                throw Error(std::string("this machine has no default route for ") + family.name +
                                " yet, and with it no address for node.address",
                            ExitStatus::not_yet)
                    .try_this("wait for the network, or set the address: --set "
                              "node.address=ADDRESS; cluster.service_cidr says which families a "
                              "node needs");
            }
        }
        throw;
    }
}

} // namespace

void open_bundle(NodeOptions& options) {
    if (!options.bundle.empty() && options.opened_bundle == nullptr) {
        options.opened_bundle = BundleFile::open(options.bundle);
    }
}

namespace {

TrustPolicy policy_of(const NodeOptions& options, const std::vector<NodeConfiguration>& layers) {
    TrustPolicy policy(layers, options.root);
    if (policy.requires_signatures() && options.opened_bundle != nullptr) {
        const auto& bundle = *options.opened_bundle;
        policy.check(bundle.label(), {bundle.manifest_text(), read_signature(bundle.path())});
    }
    return policy;
}

} // namespace

DesiredNode load_desired(const NodeOptions& given, OwnAddress address) {
    auto options = given;
    open_bundle(options);
    DesiredNode node;
    node.facts = host::observe_facts(options.root);
    if (!options.architecture.empty()) {
        node.facts.architecture = options.architecture;
    }
    Diagnostics diagnostics;
    ResolveInput input;
    input.layers = load_layers(options, diagnostics);
    const auto policy = policy_of(options, input.layers);
    input.components = load_components(options, diagnostics, policy);
    input.profiles = load_profiles(options, diagnostics, policy);
    ReleaseText release;
    input.release =
        load_release(options, chosen_release(input.layers), release, diagnostics, policy);
    input.host = host_values(node.facts, options.program);
    input.installed = installed_values(options);
    node.spec = resolve_with_address(input, diagnostics, address);
    for (auto& service : node.spec.services) {
        service.source = name_on_node(service.source, options.root);
    }
    node.generation = render(node.spec, options.program);
    // Kept with the generation, so that it can be understood and repaired when the release file is
    // gone.
    node.generation.files["release.yaml"] = std::move(release.text);
    if (release.of_bundle) {
        node.generation.files[release_of_bundle] = "";
    }
    return node;
}

} // namespace k8s_node
