// Files and links outside of the generation. An existing file that differs and is neither in the
// ledger nor in an earlier generation is an Error (unsuitable) unless foreign files may be
// replaced.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Its differ() adds the triggers that make systemd read a file at once: see triggers.hpp.
[[nodiscard]] const ResourceKind& file_kind();

} // namespace k8s_node
