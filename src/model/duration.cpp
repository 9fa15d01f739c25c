#include "model/duration.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "support/text.hpp"

namespace k8s_node {

namespace {

using std::chrono::microseconds;

struct Unit {
    std::string_view name;
    std::int64_t microseconds;
};

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 5> units = {{
    {"ms", 1000},
    {"us", 1},
    {"h", 3600LL * 1000 * 1000},
    {"m", 60LL * 1000 * 1000},
    {"s", 1000LL * 1000},
}};

constexpr std::int64_t century = 100LL * 366 * 24 * 3600 * 1000 * 1000;

} // namespace

std::optional<microseconds> parse_duration(std::string_view text) {
    std::int64_t sum = 0;
    auto rest = text;
    while (!rest.empty()) {
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        const auto number = parse_integer(rest.substr(0, digits));
        rest.remove_prefix(digits);
        const auto* const unit = std::find_if(units.begin(), units.end(), [&](const Unit& each) {
            return rest.starts_with(each.name);
        });
        if (!number || unit == units.end() || *number > (century - sum) / unit->microseconds) {
            return std::nullopt;
        }
        rest.remove_prefix(unit->name.size());
        sum += *number * unit->microseconds;
    }
    return text.empty() ? std::nullopt : std::optional(microseconds(sum));
}

} // namespace k8s_node
