// Strict reading of JSON that this program wrote, and that somebody may have edited.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/error.hpp"

namespace k8s_node {

/// One object of a JSON document and its location for messages. Every accessor throws Error that
/// names the place for a missing key or a value of another type. Refers to the document.
class JsonObject {
public:
    JsonObject(const nlohmann::json& value, std::string where)
        : value_(value), where_(std::move(where)) {
        if (!value_.is_object()) {
            throw Error(where_ + " is not a JSON object");
        }
    }

    [[nodiscard]] std::string text(const char* key) const {
        return get<std::string>(key, at(key).is_string(), "a string");
    }

    [[nodiscard]] bool boolean(const char* key) const {
        return get<bool>(key, at(key).is_boolean(), "true or false");
    }

    [[nodiscard]] std::int64_t integer(const char* key) const {
        return get<std::int64_t>(key, at(key).is_number_integer(), "an integer");
    }

    [[nodiscard]] std::vector<std::string> texts(const char* key) const {
        const auto all_strings = [](const nlohmann::json& list) {
            return std::ranges::all_of(list,
                                       [](const nlohmann::json& item) { return item.is_string(); });
        };
        const nlohmann::json& list = at(key);
        return get<std::vector<std::string>>(key, list.is_array() && all_strings(list),
                                             "a list of strings");
    }

    [[nodiscard]] std::vector<JsonObject> objects(const char* key) const {
        const nlohmann::json& list = at(key);
        if (!list.is_array()) {
            throw wrong_type(key, "a list");
        }
        std::vector<JsonObject> out;
        for (const nlohmann::json& item : list) {
            out.emplace_back(item, where_ + ": " + key + '[' + std::to_string(out.size()) + ']');
        }
        return out;
    }

    [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }

    /// Like object(), but the key must be there.
    [[nodiscard]] JsonObject required_object(const char* key) const {
        return {at(key), where_ + ": " + key};
    }

    [[nodiscard]] std::optional<JsonObject> object(const char* key) const {
        const auto found = value_.find(key);
        return found == value_.end()
                   ? std::nullopt
                   : std::optional<JsonObject>(std::in_place, *found, where_ + ": " + key);
    }

    /// All members; each value must be a string.
    [[nodiscard]] std::map<std::string, std::string> members() const {
        std::map<std::string, std::string> out;
        for (const auto& [key, value] : value_.items()) {
            out[key] = text(key.c_str());
        }
        return out;
    }

private:
    [[nodiscard]] const nlohmann::json& at(const char* key) const {
        const auto found = value_.find(key);
        if (found == value_.end()) {
            throw Error(where_ + " has no '" + key + "'");
        }
        return *found;
    }

    template <typename T>
    [[nodiscard]] T get(const char* key, bool right_type, const char* expected) const {
        if (!right_type) {
            throw wrong_type(key, expected);
        }
        return at(key).get<T>();
    }

    [[nodiscard]] Error wrong_type(const char* key, const char* expected) const {
        return Error(where_ + ": '" + key + "' is not " + expected);
    }

    const nlohmann::json& value_;
    std::string where_;
};

} // namespace k8s_node
