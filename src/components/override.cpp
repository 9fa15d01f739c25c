#include "components/override.hpp"

#include <algorithm>

#include "components/definitions.hpp"
#include "components/kubernetes_fields.hpp"
#include "language/expand.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using Path = std::vector<std::string>;

Path with(Path path, const std::string& key) {
    path.push_back(key);
    return path;
}

std::vector<std::string> keys_of(const Tree& map) {
    std::vector<std::string> keys;
    for (const auto& entry : map.entries()) {
        keys.push_back(entry.key);
    }
    return keys;
}

/// True inside a configuration file that is written as a tree.
bool in_tree(const Path& path) {
    return path.size() >= 3 && path[2] == "tree" && (path[0] == "configs" || path[0] == "files");
}

bool is_flags(const Path& path) {
    return path.size() == 3 && path[0] == "services" && path[2] == "flags";
}

/// "service" for "services".
std::string one_of(const std::string& part) {
    return part.ends_with('s') ? part.substr(0, part.size() - 1) : part;
}

std::string without_digits(std::string text) {
    std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
    return text;
}

/// Returns how far from a known name a new one must be. Entries of a component are few and differ
/// a lot; flags and fields are many, and some real ones are similar.
std::size_t far_enough(const Path& path, const std::string& key) {
    const bool paths = path.size() == 1 && key.starts_with('/');
    return paths ? 1 : path.size() == 1 ? SIZE_MAX : key.size() < 4 ? 0 : key.size() < 7 ? 1 : 2;
}

std::optional<std::string> meant(const Tree* own, const std::string& key, const Path& path) {
    const auto near =
        own == nullptr ? std::nullopt : nearest_word(key, keys_of(*own), far_enough(path, key));
    const bool numbered = near && without_digits(*near) == without_digits(key);
    return numbered ? std::nullopt : near;
}

/// Returns the part of `tree` at a path that omits the `value` of conditional values.
const Tree* part_at(const Tree& tree, const Path& path) {
    const auto value_of = [](const Tree* part) {
        return part != nullptr && is_conditional_value(*part) ? part->find("value") : part;
    };
    const auto* part = &tree;
    for (auto key = path.begin(); key != path.end() && part != nullptr; ++key) {
        part = value_of(part)->find(*key);
    }
    return value_of(part);
}

/// Returns the kind of a configuration file that is written as a tree.
std::string kind_at(const Tree& body, const Path& path) {
    const auto* tree = part_at(body, {path.begin(), path.begin() + 3});
    const auto* kind = tree == nullptr ? nullptr : tree->find("kind");
    return kind == nullptr ? "" : kind->text();
}

/// True for a service that is complete without a component's.
bool is_whole_service(const Tree& service) {
    return service.find("exec") != nullptr && service.find("description") != nullptr;
}

/// Returns `over` for a place where nothing is: its nulls have nothing to remove and are dropped.
Tree fresh(const Tree& over) {
    Tree tree;
    tree.merge(over);
    return tree;
}

} // namespace

void Override::refuse(const Tree::Entry& over, const std::string& what, const Path& names,
                      std::string hint) {
    if (hint.empty()) {
        hint = names.empty() ? "it has none" : "it has: " + join(names, ", ");
    }
    diagnostics_.add(over.key_at,
                     "component '" + component_.name + "' has no " + what + " '" + over.key + "'",
                     std::move(hint));
}

void Override::take_away(Tree& mine, const Tree::Entry& over, const Path& path) {
    auto& entries = mine.entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const auto& entry) { return entry.key == over.key; });
    if (found != entries.end()) {
        entries.erase(found);
        // If it is needed after all, the layer that removed it is reported.
        Tree rest = Tree::map(over.key_at);
        rest.entries() = std::move(entries);
        mine = std::move(rest);
        taken_away_.insert(with(path, over.key));
    } else if (!taken_away_.contains(with(path, over.key))) {
        const auto near = nearest_word(over.key, keys_of(mine));
        diagnostics_.add(over.key_at,
                         "component '" + component_.name + "' has no '" +
                             join(with(path, over.key), ".") + "' that an empty value could remove",
                         near                     ? "did you mean '" + *near + "'?"
                         : mine.entries().empty() ? "there is nothing in it"
                                                  : "known: " + join(keys_of(mine), ", "));
    }
}

bool Override::may_be_new(const Tree& mine, const Tree::Entry& over, const Path& path) {
    const bool named = path.size() == 1 && mine.is_map();
    if (!named && !is_flags(path) && !in_tree(path)) {
        return true; // the part's reader checks its keys
    }
    const auto what = named ? one_of(path[0]) : is_flags(path) ? "flag" : "key";
    const bool is_field =
        in_tree(path) && is_kubernetes_field(kind_at(component_.body, path), over.key);
    // Names that another layer or this one added are no suggestions: real names can be as similar
    // to each other as a typo.
    const auto near =
        is_field ? std::nullopt : meant(part_at(component_.body, path), over.key, path);
    if (near) {
        refuse(over, what, {}, "did you mean '" + *near + "'?");
        return false;
    }
    if (named && path[0] == "services" && !is_whole_service(over.value)) {
        refuse(over, what, keys_of(mine), "");
        return false;
    }
    return true;
}

void Override::merge_entry(Tree& mine, const Tree::Entry& over, const Path& path) {
    auto& entries = mine.entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const auto& entry) { return entry.key == over.key; });
    if (found != entries.end()) {
        merge(found->value, over.value, with(path, over.key));
    } else if (may_be_new(mine, over, path)) {
        entries.push_back({over.key, over.key_at, fresh(over.value)});
    }
}

void Override::merge(Tree& mine, const Tree& over, const Path& path) {
    const bool conditional = is_conditional_value(mine);
    const bool for_value = over.find("when") == nullptr && over.find("value") == nullptr;
    if (conditional && for_value && over.is_map() && mine.find("value")->is_map()) {
        auto& entries = mine.entries();
        const auto value = std::find_if(entries.begin(), entries.end(),
                                        [](const auto& entry) { return entry.key == "value"; });
        merge(value->value, over, path);
        return;
    }
    if (!conditional && in_tree(path) && !is_conditional_value(over) && !mine.is_null() &&
        mine.is_map() != over.is_map()) {
        diagnostics_.add(over.at(),
                         "'" + path.back() + "' " +
                             (mine.is_map() ? "is a map and cannot become " : "cannot become ") +
                             over.describe(),
                         "it is written in " + mine.at().text());
        return;
    }
    if (!over.is_map() || !mine.is_map() || (conditional && for_value) ||
        (is_conditional_value(over) && !conditional)) {
        mine = fresh(over);
        return;
    }
    for (const auto& entry : over.entries()) {
        if (entry.value.is_null()) {
            take_away(mine, entry, path);
        } else {
            merge_entry(mine, entry, path);
        }
    }
    // A value without its condition is a plain value.
    if (conditional && mine.find("when") == nullptr && mine.entries().size() == 1) {
        mine = Tree(mine.entries().front().value);
    }
}

void Override::lay(const Tree& over) {
    const auto& parts = component_body_keys();
    for (const auto& entry : over.entries()) {
        if (std::find(parts.begin(), parts.end(), entry.key) == parts.end()) {
            const auto near = nearest_word(entry.key, parts);
            diagnostics_.add(entry.key_at, "'" + entry.key + "' cannot be overridden",
                             entry.key == "settings" ? "write it below 'settings', not 'override'"
                             : near                  ? "did you mean '" + *near + "'?"
                                                     : "these can: " + join(parts, ", "));
        } else if (entry.value.is_null()) {
            take_away(body_, entry, {});
        } else {
            merge_entry(body_, entry, {});
        }
    }
}

} // namespace k8s_node
