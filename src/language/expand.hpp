// Expansion of component bodies: evaluates conditions and replaces references.
#pragma once

#include "language/scope.hpp"

namespace k8s_node {

/// Copies `tree` with every text interpolated. An entry or list item that is a
/// map with the key `when` is kept only if all its clauses hold; then `when`
/// is removed and, if only `value` is left, the value takes its place. A list
/// item that refers to a setting of type list becomes all of its items, and one
/// that refers to addresses or networks of both families becomes two.
///
/// A clause is `LEFT OP RIGHT` with OP one of == != < <= > >= (versions are
/// compared by their numeric parts), or `true`/`false`, or `not` before either;
/// see clause.hpp.
[[nodiscard]] Tree expand(const Tree& tree, Scope& scope, Diagnostics& diagnostics);

/// True if a clause of `key` holds; reports one that cannot be evaluated and returns nullopt.
[[nodiscard]] std::optional<bool> clause_holds(const std::string& key, const Tree& clause,
                                               Scope& scope, Diagnostics& diagnostics);

/// Expands one entry of a map; nullopt if its condition is false.
[[nodiscard]] std::optional<Tree::Entry> expand_entry(const Tree::Entry& entry, Scope& scope,
                                                      Diagnostics& diagnostics);

/// Returns the keys of a map whose conditions hold. Reports nothing.
[[nodiscard]] std::set<std::string> active_keys(const Tree& map, Scope& scope);

/// True if `when` occurs anywhere in a tree.
[[nodiscard]] bool has_conditions(const Tree& tree);

/// Returns `tree` with its conditions evaluated, but no references replaced.
[[nodiscard]] Tree decided(const Tree& tree, Scope& scope, Diagnostics& diagnostics);

/// Returns `tree` as if all its conditions held.
[[nodiscard]] Tree without_conditions(const Tree& tree);

/// True for a map of `when` and `value`, which stands for the value.
[[nodiscard]] bool is_conditional_value(const Tree& tree);

/// Adds an entry to an expanded map, or reports that its key already exists: two keys with
/// references may expand to the same text.
void add_entry(Tree& map, Tree::Entry entry, Diagnostics& diagnostics);

} // namespace k8s_node
