#include "node/preflight_input.hpp"

#include <algorithm>

#include "bundle/bundle.hpp"
#include "etcd/snapshot.hpp"
#include "generations/ledger.hpp"
#include "generations/redeploy_state.hpp"
#include "node/release_checks.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Space for the unpacked binaries and for one more release.
constexpr std::uint64_t store_bytes = std::uint64_t{1} << 30U;

constexpr const char* image_data = "/var/lib/containerd";

/// The space that an installation from a bundle needs: archives are copied before they are
/// unpacked, and containerd keeps the layers of an image besides their content.
std::vector<host::DiskNeed> bundle_needs(const BundleFile& bundle, const NodeSpec& spec) {
    std::uint64_t archives = 0;
    for (const auto& artifact : spec.artifacts) {
        const auto copy = bundle.find(artifact);
        archives += copy ? copy->size : 0;
    }
    std::uint64_t images = 0;
    for (const auto& image : bundle.manifest().images) {
        archives = std::max(archives, image.size);
        images += 2 * image.size;
    }
    std::vector<host::DiskNeed> needs{{paths::store, store_bytes + archives}};
    if (images > 0) {
        needs.push_back({image_data, images});
    }
    return needs;
}

std::vector<host::PortClaim> port_claims(const NodeSpec& spec) {
    std::vector<host::PortClaim> claims;
    for (const auto& port : spec.ports) {
        claims.push_back({port.number, port.component, port.address});
    }
    return claims;
}

/// Returns the files that earlier runs and the services of the node wrote: they are no sign of
/// somebody else's node.
std::vector<std::string> our_files(const Ledger& ledger, const Generation& current) {
    auto files = current.manifest.host_files;
    files.insert(files.end(), ledger.files.begin(), ledger.files.end());
    for (const auto* named : {&ledger.cleanup.paths, &ledger.cleanup.identity}) {
        files.insert(files.end(), named->begin(), named->end());
    }
    return files;
}

bool is_network(const SettingSpec& spec) {
    return spec.type == SettingType::cidr || spec.type == SettingType::ipv4_cidr ||
           spec.type == SettingType::cidrs;
}

/// True if nodes have parts of this network: another setting is one of them.
bool has_parts(const NodeSpec& spec, const std::string& name) {
    return std::ranges::any_of(spec.settings, [&](const auto& entry) {
        const auto& other = entry.second.spec;
        return is_network(other) && std::ranges::find(other.inside, name) != other.inside.end();
    });
}

/// Returns the networks that will become the node's. Those of an existing node are in use, by it
/// and by whatever makes its pod network.
std::vector<host::NetworkClaim> network_claims(const Ledger& ledger, const NodeSpec& spec) {
    constexpr const char* of_machine = "host.networks";
    std::vector<host::NetworkClaim> claims;
    for (const auto& [name, setting] : spec.settings) {
        const auto& apart = setting.spec.apart_from;
        if (!setting.value || std::ranges::find(apart, of_machine) == apart.end()) {
            continue;
        }
        const auto known = ledger.fixed.find(name);
        if (known == ledger.fixed.end() || known->second != setting.value->text()) {
            for (const auto& network : split(setting.value->text(), ',')) {
                claims.push_back({name, network, has_parts(spec, name)});
            }
        }
    }
    return claims;
}

/// Returns units that the node does not have yet: somebody may have changed those before.
std::vector<std::string> new_units(const Ledger& ledger, const NodeSpec& spec) {
    std::vector<std::string> units;
    for (const auto& service : spec.services) {
        if (!ledger.units.contains(service.unit)) {
            units.push_back(service.unit);
        }
    }
    return units;
}

/// Adds what distinguishes the node's own things from foreign ones.
void add_what_is_ours(host::PreflightInput& input, const Root& root, const NodeSpec& spec,
                      const Generation& current) {
    const auto ledger = read_ledger(root);
    for (const auto& service : spec.services) {
        input.our_units.push_back(service.unit);
    }
    // A redeploy checked this before it removed the node, and restores it as it was.
    if (!read_redeploy_state(root)) {
        input.new_units = new_units(ledger, spec);
        input.networks = network_claims(ledger, spec);
        input.our_interfaces = ledger.cleanup.interfaces;
    }
    input.our_files = our_files(ledger, current);
    input.cleanup = spec.cleanup;
    input.known_data = ledger.known_data();
}

} // namespace

host::PreflightInput preflight_input(const NodeOptions& options, const NodeSpec& spec,
                                     const Generation& current, Fetches fetches) {
    host::PreflightInput input;
    input.node_name = spec.node_name;
    const auto& kubelet = spec.provided.kubelet;
    input.node_address = spec.node_address;
    input.control_plane = spec.provided.api_server.has_value();
    input.kubelet = kubelet.has_value();
    input.swap =
        kubelet && !kubelet->refuses_swap ? host::SwapPolicy::warn : host::SwapPolicy::refuse;
    input.ports = port_claims(spec);
    add_what_is_ours(input, options.root, spec, current);
    input.executables = spec.needed_programs;
    input.kernel_modules = spec.kernel_modules;
    if (fetches == Fetches::programs) {
        input.disks = options.opened_bundle != nullptr
                          ? bundle_needs(*options.opened_bundle, spec)
                          : std::vector<host::DiskNeed>{{paths::store, store_bytes}};
    }
    if (const auto& etcd = current.manifest.provided.etcd; etcd && changes_release(current, spec)) {
        input.disks.push_back({paths::snapshots, snapshot_bytes(*etcd, options.root)});
    }
    input.dated_files = {options.program, options.data_directory};
    input.generator = options.generator;
    input.ignored = options.ignored_checks;
    return input;
}

} // namespace k8s_node
