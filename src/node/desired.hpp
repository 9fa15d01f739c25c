// Files, flags and facts → what this node is to be.
#pragma once

#include "config/resolve.hpp"
#include "model/facts.hpp"
#include "model/generation.hpp"
#include "node/options.hpp"

namespace k8s_node {

/// A resolved node: the machine's facts, the spec and its rendering.
struct DesiredNode {
    Facts facts;
    NodeSpec spec;
    Generation generation;
};

/// Reads every layer and resolves it. Throws ConfigurationError with all
/// diagnostics, or Error when a file cannot be read.
[[nodiscard]] DesiredNode load_desired(const NodeOptions& options);

/// Facts under the names that configuration may use as ${host.NAME}.
[[nodiscard]] HostValues host_values(const Facts& facts, const std::string& program);

} // namespace k8s_node
