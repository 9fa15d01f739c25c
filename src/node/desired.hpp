// Files, flags and facts → the desired node.
#pragma once

#include <cstdint>

#include "configuration/options.hpp"
#include "model/facts.hpp"
#include "model/generation.hpp"
#include "resolve/resolve.hpp"

namespace k8s_node {

/// A resolved node: the machine's facts, the spec and its rendering.
struct DesiredNode {
    Facts facts;
    NodeSpec spec;
    Generation generation;
};

/// The caller's need for the node's own address. When an image is prepared there is none, and its
/// artifacts do not depend on it.
enum class OwnAddress : std::uint8_t { needed, of_no_concern };

/// Opens the bundle that the options name, if any, for all that follows in this run. Throws Error.
void open_bundle(NodeOptions& options);

/// Reads and resolves all layers. Throws ConfigurationError with all diagnostics, or Error if a
/// file cannot be read, or lacks a signature that the configuration requires. A bundle that is not
/// open yet is opened for this only.
[[nodiscard]] DesiredNode load_desired(const NodeOptions& options,
                                       OwnAddress address = OwnAddress::needed);

/// Returns the facts under the names that configuration may use as ${host.NAME}.
[[nodiscard]] HostValues host_values(const Facts& facts, const std::string& program);

} // namespace k8s_node
