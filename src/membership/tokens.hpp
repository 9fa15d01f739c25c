// Bootstrap tokens of the cluster whose control plane this machine is.
#pragma once

#include "cluster/curl_transport.hpp"
#include "membership/token_issue.hpp"
#include "model/manifest.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Returns the path of this control plane's kubeconfig of an administrator. Throws
/// Error(unsuitable) on a machine that is no control plane.
[[nodiscard]] std::string administrator_of(const std::optional<Manifest>& manifest);

/// Returns a connection as administrator of the cluster. Throws Error(unsuitable) on a machine that
/// is no control plane.
[[nodiscard]] cluster::CurlTransport connect_as_admin(const Root& root, EventLoop& loop);

/// Do as the functions of membership/token_issue.hpp. Throw Error(unsuitable) on a machine that is
/// no control plane.
[[nodiscard]] IssuedToken create_token(const Root& root, const TokenRequest& request,
                                       EventSink& events);
[[nodiscard]] std::vector<TokenInfo> list_tokens(const Root& root);
void delete_token(const Root& root, const std::string& id);

} // namespace k8s_node
