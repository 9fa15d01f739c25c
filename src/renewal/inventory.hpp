// The certificates of a node, who renews each, and which of them somebody should care about.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "pki/detail.hpp"
#include "pki/pki.hpp"

namespace k8s_node {

/// The party that makes the next certificate.
enum class Renewer {
    program,   ///< `certs renew`, by hand or by its timer
    kubelet,   ///< asks the cluster for it by itself (rotateCertificates)
    operator_, ///< everybody else's: a CA, one that we did not create, or whose CA's key is not
               ///< here
};

/// "k8s-node-install", "kubelet", "operator"
[[nodiscard]] const char* to_text(Renewer renewer);

/// A certificate, or the client certificate of a kubeconfig.
struct CertificateView {
    std::string name; ///< as in PkiItem, or its path
    std::filesystem::path path;
    Renewer renewer = Renewer::operator_;
    bool is_authority = false;
    PkiState state = PkiState::good;
    std::string reason{}; ///< why it is not good
    std::string hint{};
    std::optional<CertificateDetail> detail{}; ///< nullopt if there is no certificate to read
};

/// Returns the certificates and kubeconfigs of the node in the order of their issue, then kubelet's
/// own, as they are on the disk.
[[nodiscard]] std::vector<CertificateView> take_inventory(const Pki& pki);

/// The time of a look at the inventory.
struct Deadlines {
    std::chrono::sys_seconds now;
    int renewal_days = 30; ///< PkiSpec::renewal_days
    /// What ends sooner is complained about; nullopt: half of what is left when a renewal is due,
    /// so that the timer has had many chances before.
    std::optional<std::chrono::seconds> within{};
};

/// Returns an error for each certificate that is missing, cannot be used, has ended or is about to.
[[nodiscard]] Findings find_trouble(const std::vector<CertificateView>& views,
                                    const Deadlines& deadlines);

/// Returns what has to be renewed now by an operator, since it cannot be by us: an error each.
/// Kubelet's own are not among them.
[[nodiscard]] Findings find_operators_part(const std::vector<CertificateView>& views,
                                           const Deadlines& deadlines);

/// Returns the names of all that this program renews. Throws Error(usage) for a name of `wanted`
/// that is unknown, or that kubelet renews, and Error(unsuitable) for what only an operator renews.
[[nodiscard]] std::set<std::string> renewable(const std::vector<CertificateView>& views,
                                              const std::vector<std::string>& wanted);

} // namespace k8s_node
