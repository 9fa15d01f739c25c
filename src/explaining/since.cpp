#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include "explaining/changes.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr std::array weekdays{"sunday",   "monday", "tuesday", "wednesday",
                              "thursday", "friday", "saturday"};
constexpr int days_of_week = 7;

std::chrono::sys_seconds to_time(std::tm local) {
    local.tm_isdst = -1;
    return std::chrono::sys_seconds(std::chrono::seconds(std::mktime(&local)));
}

std::tm local_time(std::chrono::sys_seconds time) {
    const std::time_t seconds = time.time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return local;
}

/// Returns the beginning of a day, `days` before that of `now`.
std::chrono::sys_seconds day_before(std::chrono::sys_seconds now, int days) {
    auto local = local_time(now);
    local.tm_mday -= days;
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    return to_time(local);
}

std::optional<std::chrono::sys_seconds> parse_date(const std::string& text) {
    for (const auto* format : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
        std::tm local{};
        const auto* const end = ::strptime(text.c_str(), format, &local);
        if (end != nullptr && *end == '\0') {
            return to_time(local);
        }
    }
    return std::nullopt;
}

std::optional<std::chrono::seconds> parse_age(std::string_view text) {
    constexpr std::array<std::pair<char, int>, 4> units = {
        {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}}};
    for (const auto& [unit, seconds] : units) {
        if (text.ends_with(unit)) {
            const auto number = parse_integer(text.substr(0, text.size() - 1));
            return number && *number >= 0 && *number < 100'000
                       ? std::optional(std::chrono::seconds(*number * seconds))
                       : std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace

std::chrono::sys_seconds parse_since(std::string_view text, std::chrono::sys_seconds now) {
    std::string word(trim(text));
    std::ranges::transform(word, word.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    if (const auto exact = parse_utc(trim(text))) {
        return *exact;
    }
    if (const auto date = parse_date(word)) {
        return *date;
    }
    if (const auto age = parse_age(word)) {
        return now - *age;
    }
    if (word == "today" || word == "yesterday") {
        return day_before(now, word == "today" ? 0 : 1);
    }
    const auto* const day = std::ranges::find(weekdays, word);
    if (day != weekdays.end()) {
        const auto number = static_cast<int>(day - weekdays.begin());
        return day_before(now, (local_time(now).tm_wday - number + days_of_week) % days_of_week);
    }
    throw Error("--since: '" + std::string(text) + "' is no time", ExitStatus::usage)
        .try_this("write 2026-11-24, '2026-11-24 10:30', today, yesterday, tuesday, 36h or 2d");
}

} // namespace k8s_node
