// Bootstrap tokens of the cluster whose control plane this machine is.
#pragma once

#include "join/token_issue.hpp"
#include "node/options.hpp"

namespace k8s_node {

/// Do as the functions of join/token_issue.hpp. Throw Error(unsuitable) on a machine that is no
/// control plane.
[[nodiscard]] IssuedToken create_token(const NodeOptions& options, const TokenRequest& request,
                                       EventSink& events);
[[nodiscard]] std::vector<TokenInfo> list_tokens(const NodeOptions& options);
void delete_token(const NodeOptions& options, const std::string& id);

} // namespace k8s_node
