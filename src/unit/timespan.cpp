#include "unit/timespan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "support/text.hpp"

namespace k8s_node::unit {

namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view name;
    double milliseconds;
};

constexpr std::array<Unit, 27> units = {{
    {"usec", 0.001},  {"us", 0.001},       {"msec", 1},         {"ms", 1},
    {"seconds", 1e3}, {"second", 1e3},     {"sec", 1e3},        {"s", 1e3},
    {"minutes", 6e4}, {"minute", 6e4},     {"min", 6e4},        {"m", 6e4},
    {"hours", 36e5},  {"hour", 36e5},      {"hr", 36e5},        {"h", 36e5},
    {"days", 864e5},  {"day", 864e5},      {"d", 864e5},        {"weeks", 6048e5},
    {"week", 6048e5}, {"w", 6048e5},       {"months", 26298e5}, {"month", 26298e5},
    {"M", 26298e5},   {"years", 315576e5}, {"y", 315576e5},
}};

/// Takes one number with its unit from the front of `rest`.
std::optional<double> take_part(std::string_view& rest) {
    if (rest.empty() ||
        std::string_view("0123456789.").find(rest.front()) == std::string_view::npos) {
        return std::nullopt; // from_chars reads "infinity" too
    }
    double number = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    rest = trim(rest.substr(static_cast<std::size_t>(end - rest.data())));
    const auto letters = std::min(rest.find_first_of("0123456789. "), rest.size());
    if (letters == 0) {
        return number * 1e3;
    }
    const auto* const unit = std::find_if(units.begin(), units.end(), [&](const Unit& each) {
        return each.name == rest.substr(0, letters);
    });
    if (unit == units.end()) {
        return std::nullopt;
    }
    rest = trim(rest.substr(letters));
    return number * unit->milliseconds;
}

} // namespace

std::optional<milliseconds> parse_timespan(std::string_view text) {
    auto rest = trim(text);
    if (rest == "infinity") {
        return milliseconds::max();
    }
    if (rest.empty()) {
        return std::nullopt;
    }
    double sum = 0;
    while (!rest.empty()) {
        const auto part = take_part(rest);
        if (!part) {
            return std::nullopt;
        }
        sum += *part;
    }
    constexpr double most = 1e15;
    return milliseconds(static_cast<milliseconds::rep>(std::min(sum, most)));
}

} // namespace k8s_node::unit
