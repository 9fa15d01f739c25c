// The whole of the generator but its surroundings.
#pragma once

#include <functional>
#include <string>

#include "generators/decision.hpp"
#include "generators/graph.hpp"
#include "support/log.hpp"

namespace k8s_node::generator {

/// The value of an environment variable, or nullptr.
using Lookup = std::function<const char*(const char*)>;

/// $SYSTEMD_SCOPE and friends; in older systemd a container is known by a file.
[[nodiscard]] ManagerEnvironment read_environment(const Lookup& variable, const InputTree& machine);

/// Decides, generates and publishes below `output`. Returns the exit status:
/// 0, or 1 when a node should have been started and cannot be. Throws Error
/// when it cannot write.
[[nodiscard]] int run(const InputTree& machine, const ManagerEnvironment& manager,
                      const Installation& installation, const std::string& output,
                      EventSink& events);

} // namespace k8s_node::generator
