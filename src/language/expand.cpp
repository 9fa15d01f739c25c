#include "language/expand.hpp"

#include <algorithm>

#include "language/clause.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

bool holds(const Tree& when, Scope& scope, Diagnostics& diagnostics) {
    const auto clauses = scalars_of(when, "'when'", diagnostics);
    // A false clause may guard the references of a later one, but not its syntax.
    const auto ill_formed = std::find_if(clauses.begin(), clauses.end(), [](const auto* clause) {
        return !check_clause(clause->text()).holds;
    });
    if (ill_formed != clauses.end()) {
        return clause_holds("when", **ill_formed, scope, diagnostics).value_or(false);
    }
    return std::all_of(clauses.begin(), clauses.end(), [&](const auto* clause) {
        return clause_holds("when", *clause, scope, diagnostics).value_or(false);
    });
}

/// Returns the setting's tree if the scalar is a single reference to it, so that the setting's
/// type and origin are kept; else nullptr.
const Tree* single_reference(const Tree& scalar, Scope& scope) {
    const auto& text = scalar.text();
    if (!text.starts_with("${") || text.find('}') != text.size() - 1) {
        return nullptr;
    }
    return scope.tree(text.substr(2, text.size() - 3));
}

Tree expand_scalar(const Tree& scalar, Scope& scope, Diagnostics& diagnostics) {
    if (scalar.text().find('$') == std::string::npos) {
        return scalar;
    }
    if (const auto* value = single_reference(scalar, scope)) {
        return *value;
    }
    return Tree::scalar(scope.interpolated(scalar.text(), scalar.at(), diagnostics), true,
                        scalar.at());
}

/// Returns addresses or networks as items of their own if the scalar is a single reference to such
/// and there is one of each family; nullopt for anything else.
std::optional<Tree> expand_families(const Tree& scalar, Scope& scope, Diagnostics& diagnostics) {
    const auto& text = scalar.text();
    if (!text.starts_with("${") || text.find('}') != text.size() - 1 ||
        !scope.names_families(text.substr(2, text.size() - 3))) {
        return std::nullopt;
    }
    const auto value = scope.interpolated(text, scalar.at(), diagnostics);
    if (value.find(',') == std::string::npos) {
        return std::nullopt;
    }
    Tree list = Tree::list(scalar.at());
    for (const auto& each : split(value, ',')) {
        list.items().push_back(Tree::scalar(each, true, scalar.at()));
    }
    return list;
}

/// Returns the value that an item stands for, or nullopt if its condition is false.
std::optional<Tree> expand_item(const Tree& item, Scope& scope, Diagnostics& diagnostics) {
    const auto* when = item.is_map() ? item.find("when") : nullptr;
    if (when == nullptr) {
        return expand(item, scope, diagnostics);
    }
    if (!holds(*when, scope, diagnostics)) {
        return std::nullopt;
    }
    if (const auto* value = item.find("value"); value != nullptr && item.entries().size() == 2) {
        return expand(*value, scope, diagnostics);
    }
    return expand(item, scope, diagnostics);
}

/// Returns a copy of `tree` with only the entries and items whose `when` satisfies `is_kept`.
template <typename IsKept>
Tree select(const Tree& tree, const IsKept& is_kept) {
    const auto place = [&](const Tree& item, const auto& add) {
        const auto* when = item.find("when");
        if (when == nullptr || is_kept(*when)) {
            const auto* value = is_conditional_value(item) ? item.find("value") : &item;
            add(select(*value, is_kept));
        }
    };
    if (tree.is_list()) {
        Tree out = Tree::list(tree.at());
        for (const auto& item : tree.items()) {
            place(item, [&](Tree kept) { out.items().push_back(std::move(kept)); });
        }
        return out;
    }
    if (!tree.is_map()) {
        return tree;
    }
    Tree out = Tree::map(tree.at());
    for (const auto& entry : tree.entries()) {
        if (entry.key != "when") {
            place(entry.value, [&](Tree kept) {
                out.entries().push_back({entry.key, entry.key_at, std::move(kept)});
            });
        }
    }
    return out;
}

/// `when` and `value` stand for one value and allow no other keys. (List items are not checked:
/// an object with a key `value`, such as a taint, may have a condition.)
void refuse_neighbours(const Tree::Entry& entry, Diagnostics& diagnostics) {
    if (!is_conditional_value(entry.value)) {
        return;
    }
    for (const auto& other : entry.value.entries()) {
        if (other.key != "when" && other.key != "value") {
            diagnostics.add(other.key_at,
                            "'" + other.key + "' is next to 'when' and 'value' of '" + entry.key +
                                "'",
                            "move it into 'value', or leave 'value' out");
            return;
        }
    }
}

} // namespace

std::optional<bool> clause_holds(const std::string& key, const Tree& clause, Scope& scope,
                                 Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    const auto verdict = decide_clause(clause.text(), [&](const std::string& text) {
        return scope.interpolated(text, clause.at(), diagnostics);
    });
    if (diagnostics.size() != reported) {
        return std::nullopt;
    }
    if (!verdict.holds) {
        diagnostics.add(clause.at(),
                        "cannot evaluate '" + key + ": " + clause.text() + "': " + verdict.problem,
                        verdict.hint);
    }
    return verdict.holds;
}

bool is_conditional_value(const Tree& tree) {
    return tree.is_map() && tree.find("when") != nullptr && tree.find("value") != nullptr;
}

void add_entry(Tree& map, Tree::Entry entry, Diagnostics& diagnostics) {
    if (map.find(entry.key) != nullptr) {
        diagnostics.add(entry.key_at,
                        "'" + entry.key + "' occurs twice after references are replaced",
                        "the other one is above");
        return;
    }
    map.entries().push_back(std::move(entry));
}

Tree expand(const Tree& tree, Scope& scope, Diagnostics& diagnostics) {
    if (tree.is_scalar()) {
        return expand_scalar(tree, scope, diagnostics);
    }
    if (tree.is_list()) {
        Tree out = Tree::list(tree.at());
        for (const auto& item : tree.items()) {
            auto value = item.is_scalar() ? expand_families(item, scope, diagnostics)
                                          : std::optional<Tree>();
            value = value ? value : expand_item(item, scope, diagnostics);
            if (value && item.is_scalar() && value->is_list()) {
                out.items().insert(out.items().end(), value->items().begin(), value->items().end());
            } else if (value) {
                out.items().push_back(*std::move(value));
            }
        }
        return out;
    }
    Tree out = tree.is_map() ? Tree::map(tree.at()) : Tree::null(tree.at());
    for (const auto& entry : tree.entries()) {
        if (entry.key == "when") {
            continue;
        }
        if (auto expanded = expand_entry(entry, scope, diagnostics)) {
            add_entry(out, *std::move(expanded), diagnostics);
        }
    }
    return out;
}

std::optional<Tree::Entry> expand_entry(const Tree::Entry& entry, Scope& scope,
                                        Diagnostics& diagnostics) {
    refuse_neighbours(entry, diagnostics);
    auto value = expand_item(entry.value, scope, diagnostics);
    if (!value) {
        return std::nullopt;
    }
    return Tree::Entry{scope.interpolated(entry.key, entry.key_at, diagnostics), entry.key_at,
                       *std::move(value)};
}

bool has_conditions(const Tree& tree) {
    return tree.find("when") != nullptr ||
           std::any_of(tree.items().begin(), tree.items().end(), has_conditions) ||
           std::any_of(tree.entries().begin(), tree.entries().end(),
                       [](const auto& entry) { return has_conditions(entry.value); });
}

Tree decided(const Tree& tree, Scope& scope, Diagnostics& diagnostics) {
    return select(tree, [&](const Tree& when) { return holds(when, scope, diagnostics); });
}

Tree without_conditions(const Tree& tree) {
    return select(tree, [](const Tree& /*when*/) { return true; });
}

std::set<std::string> active_keys(const Tree& map, Scope& scope) {
    Diagnostics unused;
    std::set<std::string> keys;
    for (const auto& entry : map.entries()) {
        const auto* when = entry.value.is_map() ? entry.value.find("when") : nullptr;
        if (when == nullptr || holds(*when, scope, unused)) {
            keys.insert(scope.interpolated(entry.key, entry.key_at, unused));
        }
    }
    return keys;
}

} // namespace k8s_node
