// Reading what a server sent without trusting its shape.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

/// The text of a field; empty if there is no such field or it is no text.
[[nodiscard]] inline std::string text_at(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace k8s_node::cluster
