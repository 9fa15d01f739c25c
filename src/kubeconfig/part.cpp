#include "kubeconfig/part.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

void complain(const Position& at, const std::string& what) {
    throw Error(at.text() + ": " + what, ExitStatus::configuration);
}

const Tree* value_at(const Part& part, std::string_view key) {
    const auto* value = part.map.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_at(const Part& part, const std::string& key) {
    const auto* value = value_at(part, key);
    if (value == nullptr) {
        return {};
    }
    if (!value->is_scalar()) {
        complain(value->at(), "'" + key + "' of " + part.what + " must be a text");
    }
    return value->text();
}

void complain_of_lack(const Part& part, const std::string& lack,
                      const std::vector<std::string>& keys) {
    for (const auto& entry : part.map.entries()) {
        const auto near = nearest_word(entry.key, keys);
        if (near && *near != entry.key) {
            complain(entry.key_at, part.what + " has " + lack + " (did you mean '" + *near +
                                       "' by '" + entry.key + "'?)");
        }
    }
    complain(part.map.at(), part.what + " has " + lack);
}

std::string require_text(const Part& part, const std::string& key) {
    auto text = text_at(part, key);
    if (text.empty()) {
        complain_of_lack(part, "no '" + key + "'", {key});
    }
    return text;
}

std::vector<Part> entries_of(const Part& file, const std::string& list) {
    const auto* found = value_at(file, list);
    if (found == nullptr) {
        return {};
    }
    if (!found->is_list()) {
        complain(found->at(), "'" + list + "' must be a list");
    }
    std::vector<Part> entries;
    for (const auto& item : found->items()) {
        if (!item.is_map()) {
            complain(item.at(), "an entry of '" + list + "' must be a map");
        }
        entries.push_back({item, "an entry of '" + list + "'"});
    }
    return entries;
}

Part referred(const Part& file, const Listing& where, const Part& from, const std::string& key) {
    const auto name = require_text(from, key);
    std::vector<std::string> names;
    for (const auto& entry : entries_of(file, where.list)) {
        names.push_back(require_text(entry, "name"));
        if (names.back() != name) {
            continue;
        }
        const auto what = "the " + where.kind + " '" + name + "'";
        const auto* body = value_at(entry, where.kind);
        if (body == nullptr || !body->is_map()) {
            complain(body == nullptr ? entry.map.at() : body->at(),
                     what + " must have a map '" + where.kind + "'");
        }
        return {*body, what};
    }
    complain(from.map.find(key)->at(),
             "there is no " + where.kind + " '" + name + "' in '" + where.list + "', which " +
                 (names.empty() ? "is empty" : "has '" + join(names, "', '") + "'"));
}

} // namespace k8s_node
