#include "support/boot_parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/// Takes one argument off the front of `line`, which does not begin with a blank.
std::string take_word(std::string_view& line) {
    std::string word;
    char quote = 0;
    while (!line.empty() && (quote != 0 || !is_blank(line.front()))) {
        const char character = line.front();
        line.remove_prefix(1);
        if (quote == 0 && (character == '"' || character == '\'')) {
            quote = character;
        } else if (character == quote) {
            quote = 0;
        } else {
            word += character;
        }
    }
    return word;
}

constexpr char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

} // namespace

std::vector<std::string> split_command_line(std::string_view line) {
    std::vector<std::string> arguments;
    for (;;) {
        line.remove_prefix(
            static_cast<std::size_t>(std::ranges::find_if_not(line, is_blank) - line.begin()));
        if (line.empty()) {
            return arguments;
        }
        arguments.push_back(take_word(line));
    }
}

std::vector<std::string> split_arguments(std::string_view bytes) {
    if (bytes.ends_with('\0')) {
        bytes.remove_suffix(1);
    }
    return split(bytes, '\0');
}

BootParameters find_boot_parameters(const std::vector<std::string>& arguments) {
    BootParameters found;
    const std::array<std::pair<std::string_view, std::optional<BootParameter>*>, 7> known{{
        {"k8s_node.generation", &found.generation},
        {"k8s_node.enabled", &found.enabled},
        {"k8s_node.profile", &found.profile},
        {"k8s_node.release", &found.release},
        {"k8s_node.mirror", &found.mirror},
        {"k8s_node.bundle", &found.bundle},
        {"k8s_node.config", &found.config},
    }};
    for (const auto& word : arguments) {
        const auto equals = word.find('=');
        const auto name = replace_all(std::string_view(word).substr(0, equals), "-", "_");
        for (const auto& [key, place] : known) {
            if (name == key) {
                *place = {word, equals == std::string::npos ? "" : word.substr(equals + 1)};
            }
        }
    }
    return found;
}

std::optional<bool> parse_boolean(std::string_view text) {
    constexpr std::array<std::string_view, 6> yes{"1", "yes", "y", "true", "t", "on"};
    constexpr std::array<std::string_view, 6> no{"0", "no", "n", "false", "f", "off"};
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), lower);
    if (std::ranges::find(yes, lowered) != yes.end()) {
        return true;
    }
    if (std::ranges::find(no, lowered) != no.end()) {
        return false;
    }
    return std::nullopt;
}

} // namespace k8s_node
