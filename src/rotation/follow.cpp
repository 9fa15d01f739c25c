#include "rotation/follow.hpp"

#include <algorithm>
#include <vector>

#include "cluster/api_client.hpp"
#include "cluster/curl_transport.hpp"
#include "join/cluster_info.hpp"
#include "join/identity.hpp"
#include "join/pin.hpp"
#include "rotation/kubelet_identity.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

using Chain = std::vector<CertificateHandle>;

Chain chain_of(const std::string& pem) {
    return pem.empty() ? Chain() : parse_certificates(pem, "kubelet's certificate");
}

std::vector<std::string> pins_of(const Chain& bundle) {
    std::vector<std::string> pins;
    for (const auto& each : bundle) {
        pins.push_back(pin_of(each));
    }
    return pins;
}

bool holds(const Chain& bundle, const CertificateHandle& one) {
    return std::ranges::any_of(bundle,
                               [&](const auto& each) { return same_certificate(each, one); });
}

std::string text_of(const Root& root, const char* path) {
    return read_file_if_exists(root.at(path)).value_or("");
}

/// While kubelet asks for a new certificate, its kubeconfig names one that is not there.
const char* usable_kubeconfig(const Root& root) {
    return path_exists(root.at(paths::kubelet_client_before)) &&
                   !path_exists(root.at(paths::kubelet_client))
               ? paths::bootstrap_kubeconfig
               : paths::kubelet_kubeconfig;
}

/// cluster-info is for everybody: whoever proves an identity needs leave to read it.
std::string clusters_authority(const Root& root, EventLoop& loop) {
    auto access = read_kubeconfig(usable_kubeconfig(root), root);
    access.certificate_authority = read_file(root.at(paths::cluster_authority));
    access.client_certificate.clear();
    access.client_key.clear();
    access.token.clear();
    cluster::CurlTransport transport(std::move(access), loop);
    cluster::ApiClient client(transport);
    const auto map = client.get(cluster_info_path);
    if (!map) {
        throw Error("the cluster has no ConfigMap kube-public/cluster-info, which says which CAs "
                    "its nodes trust");
    }
    return authority_in(read_cluster_info(*map).kubeconfig);
}

} // namespace

Following compare_trust(const std::string& own, const std::string& clusters,
                        const std::string& client, const std::string& server) {
    const auto mine = parse_certificates(own, "the CA of this node");
    auto wanted = parse_certificates(clusters, "cluster-info");
    const auto signer = pin_of(wanted.front());
    const auto client_by = pin_of_signer(chain_of(client), mine);
    const auto server_by = pin_of_signer(chain_of(server), mine);
    Following following;
    following.renews_client = !client.empty() && client_by != signer;
    following.renews_server = !server.empty() && server_by != signer;
    for (const auto& each : parse_certificates(own, "the CA of this node")) {
        const auto pin = pin_of(each);
        if (!holds(wanted, each) && (pin == client_by || pin == server_by)) {
            wanted.push_back(CertificateHandle(X509_dup(each.get())));
        }
    }
    for (const auto& each : wanted) {
        following.bundle += certificate_to_pem(each);
    }
    following.trusts_others = pins_of(wanted) != pins_of(mine);
    return following;
}

std::optional<Following> look_at_cluster(const Manifest& manifest, const Root& root,
                                         EventLoop& loop) {
    const bool follows = manifest.provided.kubelet && !manifest.provided.api_server &&
                         path_exists(root.at(paths::kubelet_kubeconfig)) &&
                         path_exists(root.at(paths::cluster_authority));
    if (!follows) {
        return std::nullopt;
    }
    auto client = text_of(root, paths::kubelet_client);
    if (client.empty()) { // of a run that was killed
        client = text_of(root, paths::kubelet_client_before);
    }
    return compare_trust(read_file(root.at(paths::cluster_authority)),
                         clusters_authority(root, loop), client,
                         text_of(root, paths::kubelet_server));
}

NodeReport own_report(const Root& root) {
    const auto bundle =
        parse_certificates(read_file(root.at(paths::cluster_authority)), paths::cluster_authority);
    NodeReport report;
    for (auto& pin : pins_of(bundle)) {
        report.trusted.insert(std::move(pin));
    }
    for (const char* path : {paths::kubelet_client, paths::kubelet_server}) {
        if (const auto chain = chain_of(text_of(root, path)); !chain.empty()) {
            report.used.insert(pin_of_signer(chain, bundle));
        }
    }
    return report;
}

void send_report(const std::string& node, const Root& root, EventLoop& loop) {
    cluster::CurlTransport transport(read_kubeconfig(paths::kubelet_kubeconfig, root), loop);
    cluster::ApiClient client(transport);
    client.merge_patch(
        cluster::node_path(node),
        {{"metadata",
          {{"annotations", {{authorities_annotation, report_text(own_report(root))}}}}}});
}

} // namespace k8s_node
