#include "random_strings.hpp"

#include <array>
#include <string_view>

namespace k8s_node::test {

namespace {

constexpr std::array<std::string_view, 52> pieces{
    "a",        "Z",
    "7",        "kube",
    "--flag=",  " ",
    "  ",       "\t",
    "\n",       "\r",
    "\r\n",     "%",
    "%%",       "%d",
    "%n",       "%i",
    "$",        "$$",
    "$HOME",    "${HOME}",
    "${",       "}",
    "\\",       "\\\\",
    "\\n",      "\\x25",
    "\\;",      "\"",
    "'",        "`",
    ";",        " ; ",
    "#",        "# no",
    "[",        "]",
    "=",        "-",
    "+",        "@",
    "!",        ":",
    "/",        "..",
    "\x01",     "\x1b[m",
    "|",        "\x7f",
    "\xc5\xbc", "\xe2\x82\xac",
    "&",        "\xf0\x9f\x98\x80",
};

} // namespace

// std::uniform_int_distribution differs between standard libraries.
std::size_t RandomStrings::below(std::size_t limit) {
    return random_() % limit;
}

std::string RandomStrings::text() {
    std::string out;
    for (auto count = below(9); count > 0; --count) {
        out += pieces.at(below(pieces.size()));
    }
    return out;
}

std::string RandomStrings::bytes() {
    std::string out;
    for (auto count = 1 + below(12); count > 0; --count) {
        out += static_cast<char>(1 + below(255));
    }
    return out;
}

} // namespace k8s_node::test
