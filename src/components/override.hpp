// Overrides of a component by the operator and by profiles.
#pragma once

#include <set>

#include "model/definition.hpp"

namespace k8s_node {

/// Merges overrides onto the body of one component: maps key by key, everything else is replaced,
/// null removes an entry. Reports what would have no effect or an unintended one, where it is
/// written: a part that cannot be overridden, a null for a missing entry, a name very similar to
/// that of an entry.
class Override {
public:
    Override(const ComponentDefinition& component, Diagnostics& diagnostics)
        : component_(component), body_(component.body), diagnostics_(diagnostics) {}

    void lay(const Tree& over);
    [[nodiscard]] Tree take() { return std::move(body_); }

private:
    using Path = std::vector<std::string>; ///< keys from the body on

    void merge(Tree& mine, const Tree& over, const Path& path);
    void merge_entry(Tree& mine, const Tree::Entry& over, const Path& path);
    void take_away(Tree& mine, const Tree::Entry& over, const Path& path);
    [[nodiscard]] bool may_be_new(const Tree& mine, const Tree::Entry& over, const Path& path);
    void refuse(const Tree::Entry& over, const std::string& what, const Path& names,
                std::string hint);

    const ComponentDefinition& component_;
    Tree body_;
    std::set<Path> taken_away_; ///< by a lower layer: removing it again is no mistake
    Diagnostics& diagnostics_;
};

} // namespace k8s_node
