// Users and groups that came with our sysusers.d(5) files.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

/// They are created by a trigger of their files (see triggers.hpp), and kept with the data, which
/// they own.
[[nodiscard]] const ResourceKind& user_kind();

} // namespace k8s_node
