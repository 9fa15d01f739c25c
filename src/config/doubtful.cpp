#include "config/doubtful.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace k8s_node {

namespace {

bool is_old_boolean(const std::string& text) {
    static constexpr std::array<std::string_view, 4> words = {"yes", "no", "on", "off"};
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(words.begin(), words.end(), lower) != words.end();
}

bool are_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check(const Tree& scalar, Diagnostics& diagnostics) {
    const auto& text = scalar.text();
    const std::string_view unsigned_text =
        std::string_view(text).substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    if (is_old_boolean(text)) {
        diagnostics.add(scalar.at(), "'" + text + "' is a text here, and a boolean elsewhere",
                        "write true or false, or quote it");
    } else if (are_digits(unsigned_text) && unsigned_text.size() > 1 &&
               unsigned_text.front() == '0') {
        diagnostics.add(scalar.at(), "'" + text + "' is a decimal number here, and octal elsewhere",
                        "write it without zeros in front, as 0o" +
                            std::string(unsigned_text.substr(1)) + ", or quote it");
    } else if ((are_digits(unsigned_text) || text.starts_with("0x")) && !scalar.as_integer() &&
               unsigned_text.size() > 2) {
        diagnostics.add(scalar.at(), scalar.describe() + " is no number of 64 bits",
                        "quote it if it is a text");
    }
}

} // namespace

void report_doubtful(const Tree& tree, Diagnostics& diagnostics) {
    if (tree.is_scalar() && !tree.quoted()) {
        check(tree, diagnostics);
    }
    for (const auto& item : tree.items()) {
        report_doubtful(item, diagnostics);
    }
    for (const auto& entry : tree.entries()) {
        report_doubtful(entry.value, diagnostics);
    }
}

} // namespace k8s_node
