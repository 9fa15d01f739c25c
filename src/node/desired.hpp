// Files, flags and facts → what this node is to be.
#pragma once

#include <cstdint>

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

/// Whether the node's own address matters to who asks. An image is prepared
/// where there is none, and its artifacts are the same with any.
enum class OwnAddress : std::uint8_t { needed, of_no_concern };

/// Reads every layer and resolves it. Throws ConfigurationError with all
/// diagnostics, or Error when a file cannot be read.
[[nodiscard]] DesiredNode load_desired(const NodeOptions& options,
                                       OwnAddress address = OwnAddress::needed);

/// Facts under the names that configuration may use as ${host.NAME}.
[[nodiscard]] HostValues host_values(const Facts& facts, const std::string& program);

} // namespace k8s_node
