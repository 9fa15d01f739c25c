// The whole generator except for main().
#pragma once

#include <functional>
#include <string>

#include "generators/decision.hpp"
#include "generators/graph.hpp"
#include "support/log.hpp"

namespace k8s_node::generator {

/// Returns the value of an environment variable, or nullptr.
using Lookup = std::function<const char*(const char*)>;

/// Reads $SYSTEMD_SCOPE and related variables; older systemd marks a container by a file.
[[nodiscard]] ManagerEnvironment read_environment(const Lookup& variable, const InputTree& machine);

/// Decides, generates and publishes below `output`. Returns the exit status: 0, or 1 if a node
/// should have been started and cannot be. Throws Error if it cannot write.
[[nodiscard]] int run(const InputTree& machine, const ManagerEnvironment& manager,
                      const Installation& installation, const std::string& output,
                      EventSink& events);

} // namespace k8s_node::generator
