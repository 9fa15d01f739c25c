// Decides whether a kubelet may have the serving certificate that it requests. Pure.
#pragma once

#include <string>

#include "approver/node_directory.hpp"
#include "approver/reserved.hpp"
#include "approver/signing_request.hpp"

namespace k8s_node::approver {

enum class Verdict {
    approve,
    deny, ///< it can never become right
    wait, ///< it may become right when a Node object changes
};

struct Decision {
    Verdict verdict = Verdict::wait;
    std::string reason;  ///< one word in CamelCase, for programs
    std::string message; ///< for people
};

/// Decides about a pending request for the signer kubernetes.io/kubelet-serving. It is approved if
/// all of this holds:
/// - a node asks, for itself: user, groups and the subject of the request agree;
/// - the usages are those of a server, the request is as kubelets write it
///   (parse_certificate_request());
/// - every name and address is one that its own Node object has, none is reserved, and none belongs
///   to another node.
[[nodiscard]] Decision decide(const SigningRequest& request, const NodeDirectory& nodes,
                              const Reserved& reserved);

} // namespace k8s_node::approver
