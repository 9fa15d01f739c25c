#include "support/time.hpp"

#include <array>
#include <ctime>
#include <iomanip>
#include <sstream>

namespace k8s_node {

namespace {

constexpr const char* format = "%Y-%m-%dT%H:%M:%SZ";

} // namespace

std::string utc_text(std::chrono::sys_seconds time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), format, &parts);
    return text.data();
}

std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
    const std::string copy(text);
    std::tm parts{};
    const char* end = ::strptime(copy.c_str(), format, &parts);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    const auto time = std::chrono::system_clock::from_time_t(::timegm(&parts));
    return std::chrono::floor<std::chrono::seconds>(time);
}

std::chrono::sys_seconds utc_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string human_duration(std::chrono::milliseconds duration) {
    const auto seconds = in_seconds(duration);
    if (seconds < 10) {
        std::ostringstream text;
        text << std::fixed << std::setprecision(2) << seconds << " s";
        return text.str();
    }
    const auto whole = std::chrono::floor<std::chrono::seconds>(duration).count();
    return whole < 60 ? std::to_string(whole) + " s"
                      : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

} // namespace k8s_node
