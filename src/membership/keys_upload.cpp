#include "membership/keys_upload.hpp"

#include "cluster/json_text.hpp"
#include "cluster/node_alive.hpp"
#include "join/certificate_key.hpp"
#include "join/token.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;

/// kubeadm's (constants.DefaultCertTokenDuration).
constexpr std::chrono::hours kept_for{2};

/// Returns the Secret that decides when the keys go.
Owner create_owner(cluster::ApiClient& client, std::chrono::sys_seconds expires) {
    const auto token = create_token();
    const TokenInfo info{.id = token.id,
                         .expires = expires,
                         .description = "Proxy for managing TTL for the kubeadm-certs secret"};
    client.apply(secret_of(token, info));
    const auto path = token_path(token.id);
    const auto made = client.get(path).value_or(nlohmann::json());
    const auto metadata = part_at(made, "metadata");
    Owner owner{text_at(metadata, "name"), text_at(metadata, "uid")};
    if (owner.uid.empty()) {
        throw Error("the cluster did not keep the token " + token.id);
    }
    return owner;
}

void require_lease(cluster::ApiClient& client, const std::string& name) {
    const auto lease = client.get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/" +
                                  cluster::escape_segment(name));
    const auto renewed = lease ? cluster::renewal_of(*lease) : std::nullopt;
    if (renewed && utc_now() - *renewed < std::chrono::minutes(1)) {
        return;
    }
    throw Error(name + " has renewed no lease within the last minute: it runs without leader "
                       "election, so that a second one would do its work twice, or it does not run",
                ExitStatus::unsuitable)
        .try_this("systemctl status " + name + "; set " + name +
                  ".leader_elect to true on this control plane (the profile master does), run "
                  "k8s-node-install, and then this again");
}

} // namespace

UploadedKeys upload_keys(cluster::ApiClient& client, const ClusterKeys& keys) {
    const auto expires = utc_now() + kept_for;
    const auto owner = create_owner(client, expires);
    auto key = create_certificate_key();
    const auto secret = shared_keys_of(keys, key, owner);
    // An earlier one belongs to another token, and an object has one owner that controls it.
    static_cast<void>(client.remove(shared_keys_path));
    client.apply(secret);
    return {std::move(key), expires};
}

void require_leader_election(cluster::ApiClient& client) {
    for (const auto* name : {"kube-controller-manager", "kube-scheduler"}) {
        require_lease(client, name);
    }
}

} // namespace k8s_node
