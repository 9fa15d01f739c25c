// One service of a node spec → the body of its unit file.
#pragma once

#include "model/node_spec.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node {

/// Returns the body: [Unit] and [Service] without ordering or requirement edges, which the
/// generator adds. `program` is this program's absolute path; it runs the readiness probe in
/// ExecStartPost=. Throws Error for text that a unit file cannot hold.
[[nodiscard]] unit::UnitFile render_service(const ServiceSpec& service, const std::string& program);

} // namespace k8s_node
