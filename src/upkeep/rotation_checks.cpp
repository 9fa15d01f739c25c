#include "upkeep/rotation_checks.hpp"

#include <algorithm>
#include <chrono>

#include "cluster/api_client.hpp"
#include "cluster/api_servers.hpp"
#include "cluster/json_text.hpp"
#include "cluster_resources/cluster_connection.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "etcd/snapshot.hpp"
#include "join/pin.hpp"
#include "kubeconfig/base64.hpp"
#include "pki/key.hpp"
#include "pki/material.hpp"
#include "rotation/kubelet_identity.hpp"
#include "rotation/node_report.hpp"
#include "rotation/subject.hpp"
#include "rotation/two_authorities.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;

constexpr const char* clusters_authority = "ca";
/// Kubelet looks at volumes of pods once in 60 to 90 s, and the pods' copy of the CA is in one.
constexpr std::chrono::seconds time_for_pods{120};
/// Tokens of pods last an hour, and kubelet replaces them before that.
constexpr std::chrono::seconds time_for_tokens{3600};

Error several_control_planes(const std::string& who) {
    Error error("keys are replaced only in a cluster with one control plane, and there is " + who,
                ExitStatus::unsuitable);
    error.try_this("with several control planes follow Manual Rotation of CA Certificates in the "
                   "documentation of Kubernetes; certs renew does the part of each node once the "
                   "files in /etc/kubernetes/pki are changed");
    return error;
}

Finding too_early(const Rotation& rotation, std::chrono::seconds time, const std::string& why) {
    const auto ready = rotation.since + time;
    return {"RotationAge", Severity::error,
            rotation.subject + " has to wait until " + utc_text(ready) + ": " + why,
            "the same command after that time", Cure::time};
}

/// Whoever waits by the clock of a machine that was set back waits longer, never shorter.
bool is_early(const Rotation& rotation, std::chrono::seconds time) {
    return utc_now() < rotation.since + time;
}

std::vector<CertificateHandle> chain_at(const Root& root, const std::string& path) {
    const auto pem = read_file_if_exists(root.at(path));
    return pem ? parse_certificates(*pem, path) : std::vector<CertificateHandle>();
}

std::vector<CertificateHandle> client_chain(const Root& root, const std::string& path) {
    const auto kubeconfig = read_kubeconfig_if_exists(path, root);
    return kubeconfig && !kubeconfig->client_certificate.empty()
               ? parse_certificates(kubeconfig->client_certificate, path)
               : std::vector<CertificateHandle>();
}

Credential authority_at(const std::string& name, const System& system) {
    CertificateSpec authority;
    authority.name = name;
    auto found = load_credential(system.root, paths_of(system.pki.spec(), authority));
    put_signer_first(found);
    return found;
}

/// Returns an error for each file of the node that the CA which is used now has not signed.
class StaleFiles {
public:
    explicit StaleFiles(const Credential& authority) : bundle_(authority.chain) {}

    void look_at(const std::string& path, const std::vector<CertificateHandle>& chain) {
        if (!chain.empty() && distrust_reason(chain, bundle_.first(1))) {
            findings_.push_back(
                {"RotationFile-" + replace_all(path.substr(1), "/", "-"), Severity::error,
                 path + " was not signed by the new CA",
                 "k8s-node-install certs renew; have what is not ours signed anew"});
        }
    }

    [[nodiscard]] Findings take() { return std::move(findings_); }

private:
    std::span<const CertificateHandle> bundle_;
    Findings findings_;
};

Findings check_files(const std::string& name, const System& system) {
    const auto& spec = system.pki.spec();
    const auto authority = authority_at(name, system);
    StaleFiles stale(authority);
    for (const auto& each : spec.certificates) {
        if (each.authority == name) {
            const auto path = paths_of(spec, each).shown.string();
            stale.look_at(path, chain_at(system.root, path));
        }
    }
    for (const auto& each : spec.kubeconfigs) {
        if (each.authority == name) {
            stale.look_at(each.path, client_chain(system.root, each.path));
        }
    }
    if (name == clusters_authority) {
        for (const char* path : {paths::kubelet_client, paths::kubelet_server}) {
            stale.look_at(path, chain_at(system.root, path));
        }
    }
    return stale.take();
}

/// The new CA is the one that the old one's key does not belong to, and later the one that signs.
std::string new_pin_of(Phase next, const System& system) {
    const auto authority = authority_at(clusters_authority, system);
    return pin_of(next == Phase::use ? authority.chain.back() : authority.chain.front());
}

Findings check_nodes(Phase next, const Generation& current, cluster::ApiClient& client,
                     const System& system) {
    const auto nodes = client.get("/api/v1/nodes").value_or(nlohmann::json());
    return find_laggards(nodes, current.manifest.node_name, new_pin_of(next, system), next);
}

/// Returns the ID of the key that signed a token, empty for what is none.
std::string key_id_of(const std::string& token) {
    auto header = token.substr(0, token.find('.'));
    std::ranges::replace(header, '-', '+');
    std::ranges::replace(header, '_', '/');
    header.append((4 - header.size() % 4) % 4, '=');
    const auto json = from_base64(header);
    return json ? text_at(nlohmann::json::parse(*json, nullptr, false), "kid") : "";
}

/// Returns the IDs in the tokens of Secrets, which never expire.
Findings check_lasting_tokens(cluster::ApiClient& client) {
    Findings findings;
    const auto list = client.get("/api/v1/secrets?fieldSelector="
                                 "type%3Dkubernetes.io%2Fservice-account-token");
    for (const auto& secret : part_at(list.value_or(nlohmann::json()), "items")) {
        const auto metadata = part_at(secret, "metadata");
        const auto token = from_base64(text_at(part_at(secret, "data"), "token"));
        if (token && !key_id_of(*token).empty()) {
            const auto title = text_at(metadata, "namespace") + "/" + text_at(metadata, "name");
            findings.push_back({"RotationToken-" + replace_all(title, "/", "-"), Severity::warning,
                                "Secret " + title +
                                    " holds a token that never expires, perhaps "
                                    "signed by the old key",
                                "delete it and make it again, after the new key is used"});
        }
    }
    return findings;
}

/// A snapshot that is restored brings its Secrets back as they were written.
Findings check_snapshots(const Rotation& rotation, const System& system) {
    if (saved_snapshots(system.root).empty()) {
        return {};
    }
    return {{"RotationSnapshots", Severity::warning,
             "Secrets in snapshots of etcd from before " + utc_text(rotation.since) +
                 " can be read only with the old key",
             "keep a copy of the encryption configuration as long as them"}};
}

Findings check_move(const RotationMove& move, const Rotation& rotation, const Generation& current,
                    cluster::ApiClient& client, const System& system) {
    Findings findings;
    const bool drops = move.phase == Phase::drop;
    if (move.subject == service_accounts) {
        if (drops && is_early(rotation, time_for_tokens)) {
            findings.push_back(
                too_early(rotation, time_for_tokens, "pods have tokens of the old key until then"));
        }
        append(findings, drops ? check_lasting_tokens(client) : Findings{});
    } else if (move.subject == encryption) {
        append(findings, drops ? check_snapshots(rotation, system) : Findings{});
    } else {
        append(findings, drops ? check_files(move.subject, system) : Findings{});
    }
    if (move.subject == clusters_authority) {
        append(findings, check_nodes(move.phase, current, client, system));
        if (!drops && is_early(rotation, time_for_pods)) {
            findings.push_back(
                too_early(rotation, time_for_pods, "pods get the new CA only within that time"));
        }
    }
    return findings;
}

void require_current_units(const Generation& current) {
    if (!works_with_two_authorities(current)) {
        throw Error("the controller manager of this generation takes one CA only",
                    ExitStatus::unsuitable)
            .try_this("run k8s-node-install first, which renders its unit anew");
    }
}

} // namespace

void require_lone_control_plane(const Generation& current, const System& system) {
    const auto& provided = current.manifest.provided;
    require_current_units(current);
    if (!provided.api_server || !provided.etcd) {
        throw Error("keys are replaced on a control plane with its own etcd, which this machine "
                    "is not",
                    ExitStatus::unsuitable);
    }
    auto transport = connect(current.manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    const auto nodes = client.get("/api/v1/nodes").value_or(nlohmann::json());
    const auto others = other_control_planes(nodes, current.manifest.node_name);
    if (!others.empty()) {
        throw several_control_planes(*others.begin() + " too");
    }
    if (const auto servers = cluster::list_api_servers(client); servers.size() > 1) {
        throw several_control_planes("an API server at " + servers.back().url());
    }
    const auto credentials = cluster::etcd_credentials(*provided.etcd, system.root);
    EtcdCluster etcd(etcd_connector(credentials, system.loop), {credentials.server});
    if (const auto members = etcd.list_members(); members.size() > 1) {
        throw several_control_planes("another member of etcd: " + member_text(members.back()));
    }
}

Findings check_moves(const std::vector<RotationMove>& moves, const Rotations& rotations,
                     const Generation& current, const System& system) {
    auto transport = connect(current.manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    Findings findings;
    for (const auto& move : moves) {
        const auto found = find_rotation(rotations, move.subject);
        if (found && !move.repeats) {
            append(findings, check_move(move, *found, current, client, system));
        }
    }
    return findings;
}

} // namespace k8s_node
