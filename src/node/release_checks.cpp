#include "node/release_checks.hpp"

#include <algorithm>
#include <filesystem>

#include "cluster/curl_transport.hpp"
#include "cluster/deprecated_apis.hpp"
#include "cluster/drain.hpp"
#include "cluster/versions.hpp"
#include "cluster_resources/node_resource.hpp"
#include "configuration/layers.hpp"
#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "plan/skew.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr auto certificate_margin = std::chrono::hours(24 * 7);

/// Returns the versions and roles that are known without the cluster.
SkewInput known_versions(const NodeSpec& spec, const Generation& current) {
    SkewInput input;
    input.node_name = spec.node_name;
    const auto& provided = spec.provided;
    input.roles = {provided.api_server.has_value(), !provided.controllers.empty(),
                   provided.kubelet.has_value() || !provided.node_agents.empty()};
    input.current = parse_version(current.manifest.kubernetes_version).value_or(Version{});
    input.target = parse_version(spec.release).value_or(Version{});
    input.current_etcd = etcd_version(current.manifest.provided);
    input.target_etcd = etcd_version(provided);
    return input;
}

/// Queries to the API server; each answer adds to the findings.
class ClusterCheck {
public:
    ClusterCheck(const NodeSpec& spec, const Generation& current, const System& system)
        : spec_(spec), access_(current.manifest.cluster), system_(system) {}

    void run(SkewInput& input, Drain drain, Findings& findings) {
        const bool admin = !access_.admin_kubeconfig.empty();
        const auto path = admin ? access_.admin_kubeconfig : access_.node_kubeconfig;
        if (path.empty()) {
            return;
        }
        try {
            credentials_ = read_kubeconfig(path, system_.root);
            cluster::CurlTransport transport(credentials_, system_.loop);
            cluster::ApiClient client(transport);
            if (input.roles.api_server) {
                see_nodes(client, input, findings);
                see_removed_apis(client, input, findings);
            } else {
                add_version(cluster::server_version(client), input);
            }
            if (drain == Drain::yes && !access_.node_kubeconfig.empty()) {
                see_pods(client, findings);
            }
        } catch (const Error& error) {
            findings.push_back(
                {"ApiServer", Severity::error,
                 "the cluster could not be queried: " + error.message(),
                 error.hint().empty() ? "see journalctl -u kube-apiserver" : error.hint()});
        }
    }

private:
    static void add_version(const std::string& text, SkewInput& input) {
        if (const auto version = parse_version(text)) {
            input.other_api_servers.push_back(*version);
        }
    }

    void see_nodes(cluster::ApiClient& client, SkewInput& input, Findings& findings) {
        for (const auto& node : cluster::list_nodes(client)) {
            if (const auto version = parse_version(node.kubelet)) {
                input.kubelets.push_back({node.name, *version});
            }
            if (node.control_plane && node.name != spec_.node_name && !node.address.empty()) {
                see_api_server(node, input, findings);
            }
        }
    }

    /// Queries the API server of another control plane, at the port that this one has.
    void see_api_server(const cluster::NodeVersions& node, SkewInput& input, Findings& findings) {
        auto there = credentials_;
        const auto port = port_of_url(there.server);
        there.server = "https://" + host_in_url(node.address) + port;
        try {
            cluster::CurlTransport transport(there, system_.loop);
            cluster::ApiClient client(transport);
            add_version(cluster::server_version(client), input);
        } catch (const Error& error) {
            findings.push_back({"ApiServerSkew", Severity::warning,
                                "the API server of node " + node.name +
                                    " could not be asked for its version: " + error.message(),
                                "make sure that it is at most one minor version away"});
        }
    }

    static void see_removed_apis(cluster::ApiClient& client, const SkewInput& input,
                                 Findings& findings) {
        for (const auto& api : cluster::requested_deprecated_apis(client)) {
            const auto removed = parse_version(api.removed_release);
            if (!removed || *removed <= Version{input.current.major, input.current.minor, 0} ||
                *removed > input.target) {
                continue;
            }
            findings.push_back(
                {"RemovedApis", Severity::error,
                 "clients have asked for " + api.text() + ", which " + api.removed_release +
                     " no longer serves",
                 "find them in the audit log and migrate them to the newer version"});
        }
    }

    void see_pods(cluster::ApiClient& client, Findings& findings) const {
        const auto plan = cluster::plan_drain(client, spec_.node_name);
        if (!plan.unmanaged.empty()) {
            findings.push_back(
                {"DrainUnmanaged", Severity::error,
                 "no controller would recreate these pods: " + join(plan.unmanaged, ", "),
                 "move them, or let them be deleted: --ignore-preflight DrainUnmanaged"});
        }
        if (!plan.scratch.empty()) {
            findings.push_back(
                {"DrainEmptyDir", Severity::error,
                 "these pods would lose the data in their emptyDir volumes: " +
                     join(plan.scratch, ", "),
                 "save them, or let them be deleted: --ignore-preflight DrainEmptyDir"});
        }
    }

    const NodeSpec& spec_;
    const ClusterAccess& access_;
    const System& system_;
    Kubeconfig credentials_;
};

/// A node with problems of its own would hide what the new release breaks.
Findings check_health(const Generation& current, const System& system) {
    Findings findings;
    const auto number = std::to_string(current_generation_number(system.root).value_or(0));
    const auto add = [&](std::string message) {
        findings.push_back({"NodeHealth", Severity::error, std::move(message),
                            "restore the installed release first: k8s-node-install rollback " +
                                number + ", or install of the same release"});
    };
    for (const auto& entry : current.manifest.units) {
        const auto state = system.services->unit_state(entry.name);
        if (!state.is_active()) {
            add(entry.name + " is " + state.active + " (" + state.sub + ")");
        }
    }
    for (const auto& change : check_node(current, Kubelet::runs_on, system)) {
        if (change.kind == ChangeKind::wait_node) {
            add(change.object + ": " + change.why);
        }
    }
    return findings;
}

/// A generation that never worked has nothing to protect, and another release may be the fix.
void soften_if_never_good(Findings& findings) {
    for (auto& finding : findings) {
        if (finding.name == "NodeHealth" || finding.name == "ApiServer") {
            finding.severity = Severity::warning;
            finding.hint =
                "what is installed was never seen working, so this does not stop the change";
        }
    }
}

/// Returns findings about certificates that this program does not renew by itself.
Findings check_certificates(const System& system) {
    Findings findings;
    for (const auto& item : system.pki.observe()) {
        if (is_usable(item.state) && item.not_after &&
            *item.not_after < utc_now() + certificate_margin) {
            findings.push_back({"Certificates", Severity::error,
                                item.name + " expires " + utc_text(*item.not_after),
                                "renew it before anything else changes"});
        }
    }
    return findings;
}

/// Warns of flags that the operator set by hand: only the programs of the new release know if they
/// still exist, and an unknown flag ends them.
Findings check_overrides(const NodeOptions& options) {
    Findings findings;
    Diagnostics diagnostics;
    for (const auto& layer : load_layers(options, diagnostics)) {
        for (const auto& component : layer.layer.overrides.entries()) {
            const auto* services = component.value.find("services");
            for (const auto& service : services != nullptr && services->is_map()
                                           ? services->entries()
                                           : std::vector<Tree::Entry>{}) {
                if (service.value.is_map() && service.value.find("flags") != nullptr) {
                    findings.push_back({"FlagOverrides", Severity::warning,
                                        service.key_at.text() + ": flags of " + service.key +
                                            " are set by hand; it is not known here whether the "
                                            "new release still has them",
                                        "see its change log; if one was removed, the node is "
                                        "rolled back automatically"});
                }
            }
        }
    }
    return findings;
}

Findings check_kubelet_in_place(const SkewInput& input, Drain drain) {
    if (!input.roles.kubelet || drain == Drain::yes || input.current.minor == input.target.minor) {
        return {};
    }
    return {{"KubeletInPlace", Severity::warning,
             "the kubelet would change its minor version while its pods run, which Kubernetes does "
             "not support",
             "use upgrade --drain if other nodes can take the pods"}};
}

} // namespace

bool current_was_good(const Root& root) {
    const auto number = current_generation_number(root);
    return number && outcome_of(root, *number) == GenerationOutcome::good;
}

bool changes_release(const Generation& current, const NodeSpec& spec) {
    if (current.manifest.kubernetes_version.empty()) {
        return false;
    }
    const auto before = etcd_version(current.manifest.provided);
    const auto after = etcd_version(spec.provided);
    return current.manifest.kubernetes_version != spec.release ||
           (before && after && *before != *after);
}

std::string release_step(const Generation& current, const NodeSpec& spec) {
    const auto& before = current.manifest.kubernetes_version;
    return before == spec.release ? "etcd of Kubernetes " + before
                                  : "Kubernetes " + before + " to " + spec.release;
}

ReleaseCheck check_release_change(const NodeOptions& options, const DesiredNode& node,
                                  const Generation& current, Drain drain, const System& system) {
    ReleaseCheck check;
    auto input = known_versions(node.spec, current);
    if (system.services != nullptr) {
        ClusterCheck(node.spec, current, system).run(input, drain, check.findings);
        append(check.findings, check_health(current, system));
    }
    if (!current_was_good(system.root)) {
        soften_if_never_good(check.findings);
    }
    append(check.findings, check_skew(input));
    append(check.findings, check_certificates(system));
    append(check.findings, check_kubelet_in_place(input, drain));
    append(check.findings, check_overrides(options));
    check.lasting = lasting_effects(input);
    soften(check.findings, options.ignored_checks);
    return check;
}

} // namespace k8s_node
