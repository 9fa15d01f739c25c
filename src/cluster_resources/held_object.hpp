// The objects that a generation holds, and the public parts of this machine in them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cluster/api_path.hpp"
#include "model/generation.hpp"
#include "plan/plan.hpp"
#include "support/files.hpp"

namespace k8s_node {

struct HeldObject {
    std::string title;    ///< "ClusterRoleBinding/k8s-node:kubelet-api-admin", for the plan
    std::string identity; ///< what finds it again: ObjectEntry::identity
    nlohmann::json json;
    const std::vector<InlinedCertificate>& inlined; ///< those of the generation
};

/// Reads ObjectEntry::identity. Throws Error for what cannot be one.
[[nodiscard]] cluster::ObjectName name_of_identity(const std::string& identity);

/// The generation must outlive them.
[[nodiscard]] std::vector<HeldObject> objects_of(const Generation& generation);

/// Returns the object with the certificates of this machine in it.
[[nodiscard]] nlohmann::json complete(const HeldObject& object, const Root& root);

/// Returns the changes that apply the objects which hold certificates of one of these files.
[[nodiscard]] std::vector<Change> check_objects_with(const Generation& current,
                                                     const std::set<std::string>& files);

} // namespace k8s_node
