#include "model/version.hpp"

#include "support/text.hpp"

namespace k8s_node {

std::string Version::text() const {
    return minor_text() + "." + std::to_string(patch);
}

std::string Version::minor_text() const {
    return std::to_string(major) + "." + std::to_string(minor);
}

std::optional<Version> parse_version(std::string_view text) {
    text.remove_prefix(text.starts_with('v') ? 1 : 0);
    const auto numbers = split(text.substr(0, text.find_first_of("-+")), '.');
    if (numbers.size() < 2 || numbers.size() > 3) {
        return std::nullopt;
    }
    const auto major = parse_integer(numbers[0]);
    const auto minor = parse_integer(numbers[1]);
    const auto patch = numbers.size() == 3 ? parse_integer(numbers[2]) : 0;
    if (!major || !minor || !patch) {
        return std::nullopt;
    }
    return Version{static_cast<int>(*major), static_cast<int>(*minor), static_cast<int>(*patch)};
}

} // namespace k8s_node
