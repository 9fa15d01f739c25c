// Compares an object in the cluster with ours. Pure.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// Describes the first field of `ours` that is missing or different in `theirs`:
/// "rules[0].verbs[1] is "list", should be "watch"". Fields only in `theirs` do not count (the
/// server fills in defaults); lists must have the same length and match element by element; null
/// and empty objects and lists of ours equal a missing field, because the server drops them.
/// Values below "data" of a Secret are not shown.
[[nodiscard]] std::optional<std::string> first_difference(const nlohmann::json& ours,
                                                          const nlohmann::json& theirs);

/// Returns the object without the fields that the server changes on every write: managedFields,
/// resourceVersion, generation, and status.
[[nodiscard]] nlohmann::json without_bookkeeping(nlohmann::json object);

} // namespace k8s_node::cluster
