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
/// compared by their numeric parts), or `true`/`false`, or `not` before either;
/// see clause.hpp.
[[nodiscard]] Tree expand(const Tree& tree, Scope& scope, Diagnostics& diagnostics);

/// Whether one clause of `key` holds; nullopt after a report if that cannot be
/// decided.
[[nodiscard]] std::optional<bool> clause_holds(const std::string& key, const Tree& clause,
                                               Scope& scope, Diagnostics& diagnostics);

/// One entry of a map, or nullopt if its condition is false.
[[nodiscard]] std::optional<Tree::Entry> expand_entry(const Tree::Entry& entry, Scope& scope,
                                                      Diagnostics& diagnostics);

/// The keys of a map whose conditions hold. Reports nothing.
[[nodiscard]] std::set<std::string> active_keys(const Tree& map, Scope& scope);

/// Whether `when` stands anywhere in a tree.
[[nodiscard]] bool has_conditions(const Tree& tree);

/// `tree` with its conditions decided, and no text replaced.
[[nodiscard]] Tree decided(const Tree& tree, Scope& scope, Diagnostics& diagnostics);

/// `tree` as if all of its conditions held.
[[nodiscard]] Tree without_conditions(const Tree& tree);

/// A map of `when` and `value`: it stands for the value.
[[nodiscard]] bool is_conditional_value(const Tree& tree);

/// Adds an entry of an expanded map, or reports that its key is there already:
/// two keys with references may come to the same.
void add_entry(Tree& map, Tree::Entry entry, Diagnostics& diagnostics);

} // namespace k8s_node
