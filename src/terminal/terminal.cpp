#include "terminal/terminal.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

#include "model/diagnostic.hpp"
#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/printable.hpp"
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

bool may_redraw(int fd) {
    const char* term = std::getenv("TERM");
    return ::isatty(fd) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

/// Prints lines with a place each; quoted source lines are harmless already.
void print_placed(const ConfigurationError& error, bool colour) {
    constexpr std::string_view mark = "error: ";
    for (const auto& line : split_lines(error.message())) {
        const auto at = line.find(mark);
        const bool is_message = at != std::string::npos && !line.starts_with("  ");
        if (colour && is_message) {
            std::fprintf(stderr, "%s%serror:%s %s\n", printable(line.substr(0, at)).c_str(), red,
                         plain, printable(line.substr(at + mark.size())).c_str());
        } else {
            std::fprintf(stderr, "%s\n", printable(line).c_str());
        }
    }
}

} // namespace

bool may_colour(int fd) {
    const char* no_color = std::getenv("NO_COLOR");
    return may_redraw(fd) && (no_color == nullptr || *no_color == '\0');
}

std::size_t usable_width(int fd) {
    winsize size{};
    const bool known = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1U : 79;
}

Terminal::Terminal(Verbosity verbosity)
    : verbosity_(verbosity), live_(may_redraw(STDERR_FILENO) && verbosity != Verbosity::quiet),
      colour_(may_colour(STDERR_FILENO)), to_journal_(is_journal_stream(STDERR_FILENO)) {}

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
    const bool painted = colour_ && *colour != '\0';
    std::fprintf(stderr, "%s%s%s%s\n", stamp().c_str(), painted ? colour : "",
                 printable(text).c_str(), painted ? plain : "");
    draw_progress();
}

void Terminal::report(const Event& event) noexcept {
    journal_.report(event);
    const bool wanted =
        !to_journal_ && (event.priority <= Priority::warning ||
                         (verbosity_ == Verbosity::normal && event.priority <= Priority::info) ||
                         verbosity_ == Verbosity::verbose);
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
    transfers_.progress(artifact.name, bytes, total, Transfers::Clock::now());
    erase_progress();
    draw_progress();
}

void Terminal::retrying(const Artifact& artifact, std::string_view why,
                        std::chrono::milliseconds delay) noexcept {
    report(
        {Priority::warning,
         artifact.name + ": " + std::string(why) +
             (delay.count() == 0 ? "; trying the next mirror"
                                 : "; trying again in " +
                                       seconds_text(std::chrono::duration<double>(delay).count())),
         message::fetch_retried,
         {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::verified(const Artifact& artifact) noexcept {
    transfers_.verified(artifact.name);
    erase_progress();
    draw_progress();
    report({Priority::debug,
            artifact.name + " " + artifact.version + " has the pinned digest; unpacking it",
            {},
            {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::published(const Artifact& artifact, std::chrono::duration<double> took) noexcept {
    transfers_.remove(artifact.name);
    report({Priority::info,
            "fetched and verified " + artifact.name + " " + artifact.version + " in " +
                seconds_text(took.count()),
            message::artifact_fetched,
            {{"K8S_NODE_PHASE", "fetch"}, {"K8S_NODE_OBJECT", artifact.name}}});
}

void Terminal::draw_progress() {
    if (!live_) {
        return;
    }
    for (const auto& text : transfers_.lines(usable_width(STDERR_FILENO))) {
        std::fprintf(stderr, "%s\n", text.c_str());
        ++drawn_;
    }
    std::fflush(stderr);
}

/// Moves the cursor up to the first progress line and erases them all.
void Terminal::erase_progress() {
    if (drawn_ > 0) {
        std::fprintf(stderr, "\033[%zuA\033[J", drawn_);
        drawn_ = 0;
    }
}

void print_error(const Error& error) {
    const bool colour = may_colour(STDERR_FILENO);
    // Errors in a configuration are printed line by line, each with its place.
    if (const auto* placed = dynamic_cast<const ConfigurationError*>(&error)) {
        print_placed(*placed, colour);
    } else {
        std::fprintf(stderr, "%serror:%s %s\n", colour ? red : "", colour ? plain : "",
                     printable(error.message()).c_str());
    }
    for (const auto& frame : error.frames()) {
        std::fprintf(stderr, "  while %s\n", printable(frame).c_str());
    }
    for (const auto& detail : error.details()) {
        std::fprintf(stderr, "  | %s\n", printable(detail).c_str());
    }
    if (!error.hint().empty()) {
        std::fprintf(stderr, "  try: %s\n", printable(error.hint()).c_str());
    }
}

} // namespace k8s_node::cli
