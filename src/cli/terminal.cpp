#include "cli/terminal.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

constexpr const char* red = "\033[31m";
constexpr const char* yellow = "\033[33m";
constexpr const char* plain = "\033[0m";

std::string seconds_text(double seconds) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.1f s", seconds);
    return buffer.data();
}

} // namespace

bool may_colour(int fd) {
    const char* term = std::getenv("TERM");
    const char* no_color = std::getenv("NO_COLOR");
    return ::isatty(fd) == 1 && (no_color == nullptr || *no_color == '\0') && term != nullptr &&
           std::string_view(term) != "dumb";
}

Terminal::Terminal(Loudness loudness)
    : loudness_(loudness), live_(::isatty(STDERR_FILENO) == 1 && loudness != Loudness::quiet),
      colour_(may_colour(STDERR_FILENO)) {}

std::string Terminal::stamp() const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%6.2fs ", since.count());
    return buffer.data();
}

void Terminal::line(Priority priority, const std::string& text) {
    erase_progress();
    const char* colour = priority == Priority::error     ? red
                         : priority == Priority::warning ? yellow
                                                         : "";
    std::fprintf(stderr, "%s%s%s%s\n", stamp().c_str(), colour_ ? colour : "", text.c_str(),
                 colour_ && *colour != '\0' ? plain : "");
    draw_progress();
}

void Terminal::report(const Event& event) noexcept {
    const std::scoped_lock lock(mutex_);
    journal_.report(event);
    const bool wanted = event.priority <= Priority::warning ||
                        (loudness_ == Loudness::normal && event.priority <= Priority::info) ||
                        loudness_ == Loudness::verbose;
    if (wanted) {
        line(event.priority, event.message);
    }
}

void Terminal::started(const Artifact& artifact, std::string_view url) noexcept {
    report({Priority::debug,
            "fetching " + artifact.name + " " + artifact.version + " from " + std::string(url),
            {},
            {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::progress(const Artifact& artifact, std::uint64_t bytes,
                        std::uint64_t total) noexcept {
    const std::scoped_lock lock(mutex_);
    transfers_[artifact.name] = {bytes, total};
    erase_progress();
    draw_progress();
}

void Terminal::retrying(const Artifact& artifact, std::string_view why,
                        std::chrono::milliseconds delay) noexcept {
    report({Priority::warning,
            artifact.name + ": " + std::string(why) + "; trying again in " +
                seconds_text(std::chrono::duration<double>(delay).count()),
            message::fetch_retried,
            {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::published(const Artifact& artifact, std::chrono::duration<double> took) noexcept {
    {
        const std::scoped_lock lock(mutex_);
        transfers_.erase(artifact.name);
    }
    report({Priority::info,
            "fetched and verified " + artifact.name + " " + artifact.version + " in " +
                seconds_text(took.count()),
            message::artifact_fetched,
            {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::draw_progress() {
    if (!live_ || transfers_.empty()) {
        return;
    }
    std::string text;
    for (const auto& [name, transfer] : transfers_) {
        text += text.empty() ? "" : "  ";
        text += name + " " + human_bytes(transfer.bytes);
        if (transfer.total > 0) {
            text += "/" + human_bytes(transfer.total);
        }
    }
    std::fprintf(stderr, "%s", text.substr(0, 79).c_str());
    std::fflush(stderr);
    drawn_ = true;
}

void Terminal::erase_progress() {
    if (drawn_) {
        std::fprintf(stderr, "\r\033[K");
        drawn_ = false;
    }
}

void print_error(const Error& error) {
    const bool colour = may_colour(STDERR_FILENO);
    std::fprintf(stderr, "%serror:%s %s\n", colour ? red : "", colour ? plain : "",
                 error.message().c_str());
    for (const auto& frame : error.frames()) {
        std::fprintf(stderr, "  while %s\n", frame.c_str());
    }
    for (const auto& detail : error.details()) {
        std::fprintf(stderr, "  | %s\n", detail.c_str());
    }
    if (!error.hint().empty()) {
        std::fprintf(stderr, "  try: %s\n", error.hint().c_str());
    }
}

} // namespace k8s_node::cli
