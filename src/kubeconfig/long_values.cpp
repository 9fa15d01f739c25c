#include "kubeconfig/long_values.hpp"

#include <algorithm>
#include <cctype>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view stand_in = "taken-out-";
constexpr std::string_view key_end = "-data: ";
constexpr std::size_t shortest = 256;

std::size_t indentation_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// Returns where the value of a line `  …-data: VALUE` begins; npos for any other line.
std::size_t value_in(std::string_view line) {
    const auto key = line.find(key_end);
    if (key == std::string_view::npos || line.size() < key + key_end.size() + shortest) {
        return std::string_view::npos;
    }
    const auto is_of_key = [](unsigned char c) { return std::islower(c) != 0 || c == '-'; };
    const auto is_base64 = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '=';
    };
    const auto indentation = indentation_of(line);
    const auto value = key + key_end.size();
    const bool matches =
        std::islower(static_cast<unsigned char>(line[indentation])) != 0 &&
        std::ranges::all_of(line.substr(indentation, key - indentation), is_of_key) &&
        std::ranges::all_of(line.substr(value), is_base64);
    return matches ? value : std::string_view::npos;
}

/// True if the value of the line before goes on in `rest`: lines that are indented deeper do that.
bool goes_on(std::string_view rest, std::size_t indentation) {
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        if (!trim(line).empty()) {
            return indentation_of(line) > indentation;
        }
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return false;
}

} // namespace

LongValues::LongValues(std::string_view text) {
    if (text.find(stand_in) != std::string_view::npos) {
        rest_ = text; // nobody could tell which are ours
        return;
    }
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto value = value_in(line);
        if (value == std::string_view::npos || goes_on(text, indentation_of(line))) {
            rest_ += line;
        } else {
            rest_ += line.substr(0, value);
            rest_ += std::string(stand_in) + std::to_string(values_.size());
            values_.emplace_back(line.substr(value));
        }
        rest_ += '\n';
    }
}

void LongValues::put_back(Tree& tree) const {
    if (tree.is_scalar() && tree.text().starts_with(stand_in)) {
        const auto number = parse_integer(tree.text().substr(stand_in.size()));
        if (number && static_cast<std::size_t>(*number) < values_.size()) {
            tree =
                Tree::scalar(values_[static_cast<std::size_t>(*number)], tree.quoted(), tree.at());
        }
    }
    for (auto& item : tree.items()) {
        put_back(item);
    }
    for (auto& entry : tree.entries()) {
        put_back(entry.value);
    }
}

} // namespace k8s_node
