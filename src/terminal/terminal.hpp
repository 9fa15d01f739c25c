// Progress and messages of this run, for a terminal or a log.
#pragma once

#include <chrono>

#include "journal/journal_sink.hpp"
#include "store/fetch_options.hpp"
#include "support/error.hpp"
#include "support/log.hpp"
#include "terminal/transfers.hpp"

namespace k8s_node::cli {

enum class Verbosity { quiet, normal, verbose };

/// True if escape sequences may be written to a stream: it is a terminal that supports them, and
/// NO_COLOR is not set.
[[nodiscard]] bool may_colour(int fd);

/// Returns the number of columns that a line may fill without wrapping, which would break
/// redrawing.
[[nodiscard]] std::size_t usable_width(int fd);

/// Prints events as lines with the time since the start, keeps one line
/// for each download below them on a terminal, and copies every event to the journal.
class Terminal final : public EventSink, public FetchObserver {
public:
    explicit Terminal(Verbosity verbosity);
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    Terminal(Terminal&&) = delete;
    Terminal& operator=(Terminal&&) = delete;
    ~Terminal() override { erase_progress(); }

    void report(const Event& event) noexcept override;

    void started(const Artifact& artifact, std::string_view url) noexcept override;
    void progress(const Artifact& artifact, std::uint64_t bytes,
                  std::uint64_t total) noexcept override;
    void retrying(const Artifact& artifact, std::string_view why,
                  std::chrono::milliseconds delay) noexcept override;
    void verified(const Artifact& artifact) noexcept override;
    void published(const Artifact& artifact, std::chrono::duration<double> took) noexcept override;

private:
    void line(Priority priority, const std::string& text);
    void draw_progress();
    void erase_progress();
    [[nodiscard]] std::string stamp() const;

    Verbosity verbosity_;
    bool live_;             ///< standard error is a terminal: lines may be redrawn
    bool colour_;           ///< and coloured
    bool to_journal_;       ///< standard error ends where each event is recorded anyway
    std::size_t drawn_ = 0; ///< lines of progress at the bottom of the screen
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    Transfers transfers_;
    JournalSink journal_;
};

/// Prints an error for people: message, what was being done, evidence, hint.
void print_error(const Error& error);

} // namespace k8s_node::cli
