// Whether an object in the cluster already says what ours says. Pure.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// The first field of `ours` that is missing or different in `theirs`, in
/// words: "rules[0].verbs[1] is "list", shall be "watch"". Fields that only
/// they have do not count (the server fills in defaults); lists must have the
/// same length and match element by element; null and empty objects and lists
/// of ours equal a missing field, because the server drops them. Values below
/// "data" of a Secret are not shown.
[[nodiscard]] std::optional<std::string> first_difference(const nlohmann::json& ours,
                                                          const nlohmann::json& theirs);

/// The object without what the server changes on every write: managedFields,
/// resourceVersion, generation, and status.
[[nodiscard]] nlohmann::json without_bookkeeping(nlohmann::json object);

} // namespace k8s_node::cluster
