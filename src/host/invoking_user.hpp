// The invoking user, for the record of a generation.
#pragma once

#include <string>

namespace k8s_node {

/// Returns the service that this process is part of; empty for a session.
[[nodiscard]] std::string own_service();

/// Returns "k8s-node-install.service" in a service, "anna (sudo)" under sudo, otherwise the user's
/// name.
[[nodiscard]] std::string invoking_user();

} // namespace k8s_node
