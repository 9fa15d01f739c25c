#include "cluster/object_difference.hpp"

namespace k8s_node::cluster {

namespace {

using Json = nlohmann::json;

enum class Values { shown, hidden };

constexpr std::size_t longest_value = 60;

std::string show(const Json& value, Values values) {
    if (values == Values::hidden) {
        return "a secret";
    }
    auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > longest_value) {
        text.resize(longest_value);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
            text.pop_back(); // do not cut inside a character
        }
        text += "…";
    }
    return text;
}

bool is_nothing(const Json& value) {
    return value.is_null() || ((value.is_object() || value.is_array()) && value.empty());
}

std::optional<std::string> compare(const Json& ours, const Json& theirs, const std::string& at,
                                   Values values);

std::optional<std::string> compare_objects(const Json& ours, const Json& theirs,
                                           const std::string& at, Values values) {
    for (const auto& [key, value] : ours.items()) {
        const auto path = at.empty() ? key : at + "." + key;
        const auto found = theirs.find(key);
        if (found == theirs.end()) {
            if (is_nothing(value)) {
                continue;
            }
            return path + " is missing, should be " + show(value, values);
        }
        if (auto difference = compare(value, *found, path, values)) {
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<std::string> compare_lists(const Json& ours, const Json& theirs,
                                         const std::string& at, Values values) {
    if (ours.size() != theirs.size()) {
        return at + " has " + std::to_string(theirs.size()) + " entries, should have " +
               std::to_string(ours.size());
    }
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (auto difference =
                compare(ours[i], theirs[i], at + "[" + std::to_string(i) + "]", values)) {
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<std::string> compare(const Json& ours, const Json& theirs, const std::string& at,
                                   Values values) {
    if (ours.is_object() && theirs.is_object()) {
        return compare_objects(ours, theirs, at, values);
    }
    if (ours.is_array() && theirs.is_array()) {
        return compare_lists(ours, theirs, at, values);
    }
    if (ours == theirs || (is_nothing(ours) && is_nothing(theirs))) {
        return std::nullopt;
    }
    return at + " is " + show(theirs, values) + ", should be " + show(ours, values);
}

} // namespace

std::optional<std::string> first_difference(const Json& ours, const Json& theirs) {
    const bool secret = ours.is_object() && ours.value("kind", Json{}) == "Secret";
    return compare(ours, theirs, "", secret ? Values::hidden : Values::shown);
}

Json without_bookkeeping(Json object) {
    if (!object.is_object()) {
        return object;
    }
    object.erase("status");
    if (const auto metadata = object.find("metadata");
        metadata != object.end() && metadata->is_object()) {
        for (const auto* key : {"managedFields", "resourceVersion", "generation"}) {
            metadata->erase(key);
        }
    }
    return object;
}

} // namespace k8s_node::cluster
