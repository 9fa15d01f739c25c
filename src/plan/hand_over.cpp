#include "plan/hand_over.hpp"

#include <algorithm>
#include <string_view>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view suffix = ".service";

std::string stem_of(const std::string& unit) {
    return unit.ends_with(suffix) ? unit.substr(0, unit.size() - suffix.size()) : unit;
}

std::string body_of(const std::string& unit, const Generation& generation) {
    const auto body = generation.files.find("units/" + unit);
    return body == generation.files.end() ? "" : body->second;
}

/// Returns the last value of a single-line setting, which is the one that counts; empty if there
/// is none.
std::string last_value(std::string_view text, const std::string& key) {
    std::string value;
    for (const auto& line : split_lines(text)) {
        if (line.starts_with(key + "=")) {
            value = line.substr(key.size() + 1);
        }
    }
    return value;
}

bool is_yes(const std::string& value) {
    return value == "yes" || value == "true" || value == "on" || value == "1";
}

/// True if the unit has a directory that both would share and the first to stop would remove from
/// the other.
bool has_own_directory(std::string_view body) {
    return !last_value(body, "RuntimeDirectory").empty() &&
           !is_yes(last_value(body, "RuntimeDirectoryPreserve"));
}

/// Returns the body with one more argument, if any, right after the program.
std::string with_argument(const std::string& body, const std::string& argument) {
    std::string text;
    for (const auto& line : split_lines(body)) {
        text += line;
        if (!argument.empty() && line.starts_with("ExecStart=")) {
            const bool goes_on = line.ends_with(" \\");
            text += goes_on ? "\n    " + argument + " \\" : " " + argument;
        }
        text += '\n';
    }
    return text;
}

std::vector<std::string> started_before(const std::string& unit, const Manifest& manifest) {
    const auto entry = std::ranges::find(manifest.units, unit, &UnitEntry::name);
    return entry == manifest.units.end() ? std::vector<std::string>() : entry->after;
}

} // namespace

std::string stand_in_of(const std::string& unit) {
    return stem_of(unit) + "-handover" + std::string(suffix);
}

bool is_handed_over(const std::string& unit, const Generation& next, const Generation& current) {
    const auto body = body_of(unit, next);
    return unit.ends_with(suffix) && is_yes(last_value(body, "X-HandOver")) &&
           is_yes(last_value(body_of(unit, current), "X-HandOver")) && !has_own_directory(body);
}

std::string stand_in_text(const std::string& unit, const Generation& generation,
                          const std::vector<std::string>& drop_ins) {
    const auto body = body_of(unit, generation);
    auto text = with_argument(body, last_value(body, "X-HandOverArgument"));
    for (const auto& drop_in : drop_ins) {
        text += "\n" + drop_in;
    }
    const auto description = last_value(text, "Description");
    const bool by_its_name =
        is_yes(last_value(text, "DynamicUser")) && last_value(text, "User").empty();
    text += "\n[Unit]\nDescription=" + (description.empty() ? unit : description) +
            " (in place of " + unit + ", while that restarts)\n";
    const auto after = started_before(unit, generation.manifest);
    text += after.empty() ? "" : "After=" + join(after, " ") + "\n";
    text += "[Service]\nRestart=no\n";
    // systemd names a dynamic user after its unit; only one user's processes
    // may share a port.
    text += by_its_name ? "User=" + stem_of(unit) + "\n" : "";
    return text;
}

} // namespace k8s_node
