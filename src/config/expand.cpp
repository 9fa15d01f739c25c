#include "config/expand.hpp"

#include <array>

#include "config/reader.hpp"
#include "config/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

bool holds(const Tree& when, Scope& scope, Diagnostics& diagnostics) {
    for (const auto* clause : scalars_of(when, "'when'", diagnostics)) {
        const auto reported = diagnostics.size();
        const auto concrete = scope.interpolated(clause->text(), clause->at(), diagnostics);
        if (diagnostics.size() != reported) {
            return false;
        }
        const auto verdict = evaluate_clause(concrete);
        if (!verdict) {
            diagnostics.add(clause->at(), "cannot decide 'when: " + clause->text() + "'",
                            "write e.g. ${kubernetes.version} >= 1.27, or ${has.kubelet}");
            return false;
        }
        if (!*verdict) {
            return false;
        }
    }
    return true;
}

/// The scalar itself when it is one single reference to a setting: then it
/// keeps the setting's type and its origin.
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

/// The value that an item stands for, or nullopt if its condition is false.
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

} // namespace

std::optional<bool> evaluate_clause(const std::string& clause) {
    const auto text = std::string(trim(clause));
    if (text.starts_with("not ")) {
        const auto rest = std::string(trim(text.substr(4)));
        const auto inner = rest.starts_with("not ") ? std::nullopt : evaluate_clause(rest);
        return inner ? std::optional(!*inner) : std::nullopt;
    }
    if (text == "true" || text == "false") {
        return text == "true";
    }
    // Two-character operators first, so that ">=" is not read as ">".
    static constexpr std::array<std::string_view, 6> operators = {"==", "!=", "<=", ">=", "<", ">"};
    for (const auto op : operators) {
        const auto at = text.find(op);
        if (at == std::string::npos) {
            continue;
        }
        const auto left = std::string(trim(text.substr(0, at)));
        const auto right = std::string(trim(text.substr(at + op.size())));
        if (op == "==" || op == "!=") {
            return (left == right) == (op == "==");
        }
        if (!is_version(left) || !is_version(right)) {
            return std::nullopt;
        }
        const int order = compare_versions(left, right);
        return op == "<" ? order < 0 : op == ">" ? order > 0 : op == "<=" ? order <= 0 : order >= 0;
    }
    return std::nullopt;
}

Tree expand(const Tree& tree, Scope& scope, Diagnostics& diagnostics) {
    if (tree.is_scalar()) {
        return expand_scalar(tree, scope, diagnostics);
    }
    if (tree.is_list()) {
        Tree out = Tree::list(tree.at());
        for (const auto& item : tree.items()) {
            auto value = expand_item(item, scope, diagnostics);
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
            out.entries().push_back(*std::move(expanded));
        }
    }
    return out;
}

std::optional<Tree::Entry> expand_entry(const Tree::Entry& entry, Scope& scope,
                                        Diagnostics& diagnostics) {
    auto value = expand_item(entry.value, scope, diagnostics);
    if (!value) {
        return std::nullopt;
    }
    return Tree::Entry{scope.interpolated(entry.key, entry.key_at, diagnostics), entry.key_at,
                       *std::move(value)};
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
