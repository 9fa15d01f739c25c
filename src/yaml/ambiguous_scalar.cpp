#include "yaml/ambiguous_scalar.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace k8s_node {

namespace {

bool is_old_boolean(const std::string& text) {
    static constexpr std::array<std::string_view, 4> booleans = {"yes", "no", "on", "off"};
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(booleans.begin(), booleans.end(), lower) != booleans.end();
}

bool are_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check(const Tree& scalar, Diagnostics& diagnostics) {
    const auto& text = scalar.text();
    const std::string_view unsigned_text =
        std::string_view(text).substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    if (is_old_boolean(text)) {
        diagnostics.add(scalar.at(),
                        "'" + text + "' is a string in YAML 1.2 but a boolean in YAML 1.1",
                        "write true or false, or quote it");
    } else if (are_digits(unsigned_text) && unsigned_text.size() > 1 &&
               unsigned_text.front() == '0') {
        diagnostics.add(scalar.at(),
                        "'" + text + "' is a decimal number in YAML 1.2 but octal in YAML 1.1",
                        "write it without leading zeros, as 0o" +
                            std::string(unsigned_text.substr(1)) + ", or quote it");
    } else if ((are_digits(unsigned_text) || text.starts_with("0x")) && !scalar.as_integer() &&
               unsigned_text.size() > 2) {
        diagnostics.add(scalar.at(), scalar.describe() + " does not fit into 64 bits",
                        "quote it if it is a string");
    }
}

} // namespace

void report_ambiguous_scalars(const Tree& tree, Diagnostics& diagnostics) {
    if (tree.is_scalar() && !tree.quoted()) {
        check(tree, diagnostics);
    }
    for (const auto& item : tree.items()) {
        report_ambiguous_scalars(item, diagnostics);
    }
    for (const auto& entry : tree.entries()) {
        report_ambiguous_scalars(entry.value, diagnostics);
    }
}

} // namespace k8s_node
