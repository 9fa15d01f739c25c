// Component bodies made concrete: conditions decided, references replaced.
#pragma once

#include "config/scope.hpp"

namespace k8s_node {

/// Copies `tree` with every text interpolated. An entry or list item that is a
/// map with the key `when` is kept only if all its clauses hold; then `when`
/// is removed and, if only `value` is left, the value takes its place. A list
/// item that refers to a setting of type list becomes all of its items.
///
/// A clause is `LEFT OP RIGHT` with OP one of == != < <= > >= (versions are
/// compared by their numeric parts), or `true`/`false`, or `not` before either.
[[nodiscard]] Tree expand(const Tree& tree, Scope& scope, Diagnostics& diagnostics);

/// One entry of a map, or nullopt if its condition is false.
[[nodiscard]] std::optional<Tree::Entry> expand_entry(const Tree::Entry& entry, Scope& scope,
                                                      Diagnostics& diagnostics);

/// The keys of a map whose conditions hold. Reports nothing.
[[nodiscard]] std::set<std::string> active_keys(const Tree& map, Scope& scope);

/// Decides one clause whose references are already replaced; nullopt if it is
/// not understood.
[[nodiscard]] std::optional<bool> evaluate_clause(const std::string& clause);

} // namespace k8s_node
