// Reads JSON from a server without trusting its structure.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// Returns the text of a field; empty if there is no such field or it is not a string.
[[nodiscard]] inline std::string text_at(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Returns the field itself; an empty object if there is no such field.
[[nodiscard]] inline nlohmann::json part_at(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() ? *found : nlohmann::json::object();
}

/// True if the field exists and is true.
[[nodiscard]] inline bool flag_at(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

} // namespace k8s_node::cluster
