// The signature of cluster-info: a detached JSON Web Signature (RFC 7515, appendix F) with the
// token's secret as key of an HMAC-SHA256. The controller manager's bootstrapsigner makes it
// (k8s.io/cluster-bootstrap/token/jws).
#pragma once

#include <string>
#include <string_view>

#include "join/token.hpp"

namespace k8s_node {

/// True if `signature` was made with this token, both its ID and its secret, for exactly these
/// bytes.
[[nodiscard]] bool is_signed_with(const BootstrapToken& token, std::string_view signature,
                                  std::string_view content);

} // namespace k8s_node
