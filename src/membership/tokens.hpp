// Bootstrap tokens of the cluster whose control plane this machine is.
#pragma once

#include "cluster/curl_transport.hpp"
#include "membership/token_issue.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Returns a connection as administrator of the cluster. Throws Error(unsuitable) on a machine that
/// is no control plane.
[[nodiscard]] cluster::CurlTransport connect_as_admin(const Root& root, EventLoop& loop);

/// Do as the functions of join/token_issue.hpp. Throw Error(unsuitable) on a machine that is no
/// control plane.
[[nodiscard]] IssuedToken create_token(const Root& root, const TokenRequest& request,
                                       EventSink& events);
[[nodiscard]] std::vector<TokenInfo> list_tokens(const Root& root);
void delete_token(const Root& root, const std::string& id);

} // namespace k8s_node
