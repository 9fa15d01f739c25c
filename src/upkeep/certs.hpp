// The certificates of this node: what there is, what is wrong with them, and renewing them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "health/outage.hpp"
#include "node/verbs.hpp"
#include "renewal/inventory.hpp"

namespace k8s_node {

struct CertificateReport {
    std::vector<CertificateView> certificates;
    Findings findings;                  ///< what somebody should do something about
    std::vector<std::string> rotations; ///< a line for each key that is being replaced
};

/// Returns all certificates of the node; `within` as in Deadlines. Reads the configuration to know
/// which there should be. Changes nothing and takes no lock. Throws Error(unsuitable) if nothing is
/// installed, or the user may not read them.
[[nodiscard]] CertificateReport look_at_certificates(const NodeOptions& options,
                                                     std::optional<std::chrono::days> within,
                                                     const Reporting& reporting);

/// The certificates to renew.
struct RenewalRequest {
    std::vector<std::string> names; ///< these, however long they last; empty: what is due
    bool all = false;               ///< whatever can be renewed here, due or not
    bool dry_run = false;           ///< only make the plan
};

struct RenewalResult {
    Plan plan;               ///< empty: nothing is due
    Findings operators_part; ///< what is due and must be renewed by an operator
    bool followed = false;   ///< the cluster's CAs, which were others
    std::optional<Outage> api_outage;
};

/// Issues new certificates for the keys that there are, and has what reads them restart, one after
/// another. On a control plane and on a member of etcd this waits for the node's turn. Without
/// names a joined node follows the CAs of its cluster first. Nothing else is changed, whatever the
/// configuration says. Throws Error; then run it again.
RenewalResult renew_certificates(const NodeOptions& options, const RenewalRequest& request,
                                 const Reporting& reporting, const OnPlan& on_plan);

} // namespace k8s_node
