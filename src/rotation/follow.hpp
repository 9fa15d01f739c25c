// A joined node follows the CAs of its cluster, which the ConfigMap kube-public/cluster-info holds:
// whoever answers with a certificate of a CA that the node trusts may tell it which CAs to trust.
#pragma once

#include <optional>
#include <string>

#include "loop/event_loop.hpp"
#include "model/manifest.hpp"
#include "rotation/node_report.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// How a node differs from its cluster.
struct Following {
    std::string bundle;         ///< the CAs to trust, PEM; the first one signs
    bool trusts_others = false; ///< the node's own bundle differs from it
    bool renews_client = false; ///< kubelet's certificate is of another CA than the first one
    bool renews_server = false;

    [[nodiscard]] bool is_needed() const { return trusts_others || renews_client || renews_server; }
};

/// PEM texts: the node's CAs, the cluster's, and kubelet's certificates (empty: it has none). A CA
/// that the cluster does not name any more stays as long as a certificate of kubelet needs it.
/// Throws Error for damaged PEM. Pure.
[[nodiscard]] Following compare_trust(const std::string& own, const std::string& clusters,
                                      const std::string& client, const std::string& server);

/// Asks the cluster, and compares. nullopt for a node that does not follow: a control plane has the
/// CAs themselves, and a node without kubelet, or before it has joined, has none. Throws Error,
/// ConnectionError.
[[nodiscard]] std::optional<Following> look_at_cluster(const Manifest& manifest, const Root& root,
                                                       EventLoop& loop);

/// Returns what the node trusts and uses now.
[[nodiscard]] NodeReport own_report(const Root& root);

/// Writes it into the Node object, as the node itself.
void send_report(const std::string& node, const Root& root, EventLoop& loop);

} // namespace k8s_node
