// Generations that an older program made, and the two CAs of a rotation.
#pragma once

#include "model/generation.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// False for a generation whose controller manager would be given the file with both CAs as the one
/// that signs, and would not start (pkg/controller/certificates/signer/ca_provider.go).
[[nodiscard]] bool works_with_two_authorities(const Generation& generation);

/// Throws Error(unsuitable) if a rotation is under way that this generation cannot work with.
void require_works_now(const Generation& generation, const Root& root);

} // namespace k8s_node
