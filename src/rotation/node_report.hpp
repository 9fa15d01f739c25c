// The CAs that a node trusts and uses, as it writes them into its own Node object, so that the
// control plane sees when all nodes have followed.
#pragma once

#include <set>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "model/finding.hpp"
#include "pki/certificate.hpp"
#include "rotation/phase.hpp"

namespace k8s_node {

inline constexpr const char* authorities_annotation = "k8s-node/authorities";

/// CAs are named by their pins (join/pin.hpp).
struct NodeReport {
    std::set<std::string> trusted;
    std::set<std::string> used; ///< those that signed kubelet's certificates
    bool operator==(const NodeReport&) const = default;
};

/// Returns "trusts=PIN,PIN;uses=PIN".
[[nodiscard]] std::string report_text(const NodeReport& report);

/// Reads what report_text() writes; whatever else a text holds is passed over.
[[nodiscard]] NodeReport parse_report(const std::string& text);

/// Returns the pin of the CA among `bundle` that signed a certificate; empty if none of them did.
[[nodiscard]] std::string pin_of_signer(std::span<const CertificateHandle> chain,
                                        std::span<const CertificateHandle> bundle);

/// Returns an error for each Node of a list (but `own`) whose report shows that it is not ready for
/// a phase of the cluster's CA: for `use` it must trust the new one, for `drop` use no other.
/// "RotationNode-NAME" is the name of the check.
[[nodiscard]] Findings find_laggards(const nlohmann::json& nodes, const std::string& own,
                                     const std::string& new_pin, Phase phase);

/// Returns the names of the other nodes that are control planes.
[[nodiscard]] std::set<std::string> other_control_planes(const nlohmann::json& nodes,
                                                         const std::string& own);

} // namespace k8s_node
