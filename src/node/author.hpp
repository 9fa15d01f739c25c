// Who runs this program: for the record of a generation.
#pragma once

#include <string>

namespace k8s_node {

/// The service that this process is part of; empty for a session.
[[nodiscard]] std::string own_service();

/// "k8s-node-install.service" in a service, "anna (sudo)" under sudo, else the
/// user's name.
[[nodiscard]] std::string author_of_this_run();

} // namespace k8s_node
