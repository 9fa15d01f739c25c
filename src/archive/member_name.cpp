#include "archive/member_name.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string_view last_component(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

Error refusal(std::string_view written, std::string_view why) {
    return Error("the archive's member '" + std::string(written) + "' " + std::string(why),
                 ExitStatus::verification)
        .try_this(
            "do not use this archive: its names try to escape the directory it is unpacked to");
}

} // namespace

std::string member_name(std::string_view written) {
    if (written.starts_with('/')) {
        throw refusal(written, "has an absolute path");
    }
    const auto components = split(written, '/');
    if (std::find(components.begin(), components.end(), "..") != components.end()) {
        throw refusal(written, "has '..' in its path");
    }
    auto name = written;
    while (name.starts_with("./")) {
        // ".//etc" is "etc", not the absolute "/etc".
        name.remove_prefix(std::min(name.find_first_not_of('/', 1), name.size()));
    }
    while (name.ends_with('/')) {
        name.remove_suffix(1);
    }
    return std::string(name);
}

bool is_entry_path(std::string_view path) {
    const auto components = split(path, '/');
    return !path.starts_with('.') && path.find('\0') == std::string_view::npos &&
           std::none_of(components.begin(), components.end(), [](const std::string& component) {
               return component.empty() || component == "." || component == "..";
           });
}

std::optional<std::string> near_member(std::string_view wanted, std::span<const std::string> seen) {
    const auto same = std::find_if(seen.begin(), seen.end(), [&](const std::string& name) {
        return last_component(name) == last_component(wanted);
    });
    return same != seen.end() ? std::optional(*same) : nearest_word(wanted, seen);
}

} // namespace k8s_node
