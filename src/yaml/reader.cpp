#include "yaml/reader.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace k8s_node {

MapReader::MapReader(const Tree& tree, std::string what, Diagnostics& diagnostics)
    : tree_(tree), what_(std::move(what)), diagnostics_(diagnostics) {
    if (!tree.is_map()) {
        diagnostics.add(tree.at(), what_ + " must be a map, not " + tree.describe());
    }
}

void MapReader::wrong_type(const Tree& value, const std::string& key, const std::string& wanted) {
    diagnostics_.add(value.at(), "'" + key + "' of " + what_ + " must be " + wanted + ", not " +
                                     value.describe());
}

const Tree* MapReader::take(const std::string& key) {
    known_.insert(key);
    const auto* value = tree_.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const Tree* MapReader::take_map(const std::string& key) {
    const auto* value = take(key);
    if (value != nullptr && !value->is_map()) {
        wrong_type(*value, key, "a map");
        return nullptr;
    }
    return value;
}

const Tree* MapReader::take_list(const std::string& key) {
    const auto* value = take(key);
    if (value != nullptr && !value->is_list()) {
        wrong_type(*value, key, "a list");
        return nullptr;
    }
    return value;
}

std::string MapReader::take_text(const std::string& key, std::string fallback) {
    const auto* value = take(key);
    if (value == nullptr) {
        return fallback;
    }
    if (!value->is_scalar()) {
        wrong_type(*value, key, "text");
        return fallback;
    }
    return value->text();
}

std::string MapReader::require_text(const std::string& key) {
    auto text = take_text(key);
    if (tree_.is_map() && take(key) == nullptr) {
        diagnostics_.add(tree_.at(), what_ + " needs the key '" + key + "'");
    }
    return text;
}

std::optional<std::int64_t> MapReader::take_integer(const std::string& key) {
    const auto* value = take(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto number = value->as_integer();
    if (!number) {
        wrong_type(*value, key, "an integer");
    }
    return number;
}

std::vector<const Tree*> MapReader::take_scalars(const std::string& key) {
    const auto* value = take(key);
    return value == nullptr ? std::vector<const Tree*>()
                            : scalars_of(*value, "'" + key + "' of " + what_, diagnostics_);
}

std::vector<std::string> MapReader::take_texts(const std::string& key) {
    std::vector<std::string> out;
    for (const auto* scalar : take_scalars(key)) {
        out.push_back(scalar->text());
    }
    return out;
}

std::vector<NamedAt> MapReader::take_names(const std::string& key) {
    std::vector<NamedAt> out;
    for (const auto* scalar : take_scalars(key)) {
        out.push_back({scalar->text(), scalar->at()});
    }
    return out;
}

std::vector<const Tree::Entry*> MapReader::take_scalar_map(const std::string& key) {
    std::vector<const Tree::Entry*> out;
    const auto* map = take_map(key);
    if (map == nullptr) {
        return out;
    }
    for (const auto& entry : map->entries()) {
        if (entry.value.is_scalar()) {
            out.push_back(&entry);
        } else {
            wrong_type(entry.value, entry.key, "text");
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> MapReader::take_text_map(const std::string& key) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto* entry : take_scalar_map(key)) {
        out.emplace_back(entry->key, entry->value.text());
    }
    return out;
}

unsigned MapReader::take_mode(const std::string& key, unsigned fallback) {
    const auto* value = take(key);
    if (value == nullptr) {
        return fallback;
    }
    const auto mode = parse_octal_mode(value->is_scalar() ? value->text() : "");
    if (!mode) {
        wrong_type(*value, key, "an octal file mode such as \"0644\"");
    }
    return mode.value_or(fallback);
}

Position MapReader::at(const std::string& key) const {
    const auto* value = tree_.find(key);
    return value == nullptr ? tree_.at() : value->at();
}

namespace {

/// Keys that had another name in earlier versions.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> renamed_keys = {
    {{"leaves", "cleanup"}}};

std::string hint_for_unknown(const std::string& key, const std::vector<std::string>& known) {
    for (const auto& [before, now] : renamed_keys) {
        if (key == before && std::ranges::find(known, now) != known.end()) {
            return "it is called '" + std::string(now) + "' now";
        }
    }
    const auto near = nearest_word(key, known);
    return near ? "did you mean '" + *near + "'?" : "known keys: " + join(known, ", ");
}

} // namespace

void MapReader::finish() {
    const std::vector<std::string> known(known_.begin(), known_.end());
    for (const auto& entry : tree_.entries()) {
        if (known_.contains(entry.key)) {
            continue;
        }
        diagnostics_.add(entry.key_at, "unknown key '" + entry.key + "' in " + what_,
                         hint_for_unknown(entry.key, known));
    }
}

std::vector<const Tree*> scalars_of(const Tree& tree, const std::string& what,
                                    Diagnostics& diagnostics) {
    if (tree.is_scalar()) {
        return {&tree};
    }
    std::vector<const Tree*> out;
    if (!tree.is_list()) {
        diagnostics.add(tree.at(), what + " must be a list of strings, not " + tree.describe());
        return out;
    }
    for (const auto& item : tree.items()) {
        if (item.is_scalar()) {
            out.push_back(&item);
        } else {
            diagnostics.add(item.at(), what + " must contain strings, not " + item.describe());
        }
    }
    return out;
}

std::vector<std::string> texts_of(const Tree& tree, const std::string& what,
                                  Diagnostics& diagnostics) {
    std::vector<std::string> out;
    for (const auto* scalar : scalars_of(tree, what, diagnostics)) {
        out.push_back(scalar->text());
    }
    return out;
}

} // namespace k8s_node
