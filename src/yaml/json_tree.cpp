#include "yaml/json_tree.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>
#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

namespace k8s_node {

namespace {

using Json = nlohmann::ordered_json;

std::optional<double> as_real(const Tree& tree) {
    if (tree.quoted() || tree.text().find_first_of(".eE") == std::string::npos) {
        return std::nullopt;
    }
    double value = 0;
    const auto* const begin = tree.text().data();
    const auto* const end = begin + tree.text().size();
    const auto result = std::from_chars(begin, end, value);
    // from_chars() also accepts "nan(e)", which is an ordinary string.
    const bool number = result.ec == std::errc{} && result.ptr == end && std::isfinite(value);
    return number ? std::optional(value) : std::nullopt;
}

Json json_of(const Tree& tree) {
    switch (tree.kind()) {
    case Tree::Kind::null:
        return nullptr;
    case Tree::Kind::list: {
        Json list = Json::array();
        for (const auto& item : tree.items()) {
            list.push_back(json_of(item));
        }
        return list;
    }
    case Tree::Kind::map: {
        Json map = Json::object();
        for (const auto& entry : tree.entries()) {
            map[entry.key] = json_of(entry.value);
        }
        return map;
    }
    case Tree::Kind::scalar:
        break;
    }
    if (const auto boolean = tree.as_bool()) {
        return *boolean;
    }
    if (const auto number = tree.as_integer()) {
        return *number;
    }
    if (const auto real = as_real(tree)) {
        return *real;
    }
    return tree.text();
}

/// True for a string that needs no quotes: it has only harmless characters, starts with a letter
/// or '/' and is none of YAML 1.1's many booleans.
bool is_plain(const std::string& text) {
    static const std::vector<std::string> reserved = {"true", "false", "yes", "no", "on",
                                                      "off",  "null",  "y",   "n"};
    const auto harmless = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("-_./").find(c) != std::string_view::npos;
    };
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return !text.empty() && std::all_of(text.begin(), text.end(), harmless) &&
           (std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/') &&
           std::find(reserved.begin(), reserved.end(), lower) == reserved.end();
}

void emit_text(const std::string& text, YAML::Emitter& out) {
    if (!is_plain(text)) {
        out << YAML::DoubleQuoted;
    }
    out << text;
}

void emit(const Json& json, YAML::Emitter& out) {
    if (json.is_structured() && json.empty()) {
        out << YAML::Flow; // else {} is on a line of its own
    }
    if (json.is_object()) {
        out << YAML::BeginMap;
        for (const auto& [key, value] : json.items()) {
            out << YAML::Key;
            emit_text(key, out);
            out << YAML::Value;
            emit(value, out);
        }
        out << YAML::EndMap;
    } else if (json.is_array()) {
        out << YAML::BeginSeq;
        for (const auto& item : json) {
            emit(item, out);
        }
        out << YAML::EndSeq;
    } else if (json.is_string()) {
        emit_text(json.get_ref<const std::string&>(), out);
    } else if (json.is_null()) {
        out << YAML::Null;
    } else {
        out << json.dump();
    }
}

} // namespace

std::string to_json(const Tree& tree) {
    return json_of(tree).dump();
}

std::string to_yaml(const Tree& tree) {
    YAML::Emitter out;
    out.SetNullFormat(YAML::LowerNull);
    emit(json_of(tree), out);
    return std::string(out.c_str(), out.size()) + "\n";
}

} // namespace k8s_node
