// The program's error type. Libraries throw and never print; only cli/ prints an error and turns
// it into an exit status.
#pragma once

#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k8s_node {

/// Exit statuses of the program: a stable contract, documented in
/// k8s-node-install(8). Never renumber.
enum class ExitStatus : int {
    success = 0,
    failure = 1,       ///< something outside the program failed (file, bus, API server)
    usage = 2,         ///< the command line is wrong
    configuration = 3, ///< a YAML file, setting or release is wrong
    changes = 4,       ///< `plan`: there is something to do
    unsuitable = 5,    ///< the machine cannot be a node as it is (preflight)
    verification = 6,  ///< bytes did not match their pinned digest
    fetch = 7,         ///< an artifact could not be downloaded
    not_ready = 8,     ///< a service or the node did not become ready in time
    busy = 9,          ///< another run holds the lock and the wait ran out
    residue = 10,      ///< `reset`: something of the node is left on the machine
    not_yet = 11, ///< the machine still lacks something that comes by itself: an address, the time
};

/// An error, from the inside out: a message, the frames of what was being done (innermost first)
/// and, if there is one, a hint for the operator.
class Error : public std::exception {
public:
    explicit Error(std::string message, ExitStatus status = ExitStatus::failure)
        : message_(std::move(message)), status_(status) {}

    /// Adds "while doing X" and returns the error, to be rethrown.
    Error& while_doing(std::string frame) {
        frames_.push_back(std::move(frame));
        return *this;
    }

    /// Sets what the operator can try; the innermost hint wins.
    Error& try_this(std::string hint) {
        if (hint_.empty()) {
            hint_ = std::move(hint);
        }
        return *this;
    }

    /// Sets the part of the run that failed, a word such as "fetch"; the
    /// innermost wins.
    Error& in_phase(std::string_view phase) {
        if (phase_.empty()) {
            phase_ = phase;
        }
        return *this;
    }

    /// Adds a line of evidence printed below the message (journal lines, say).
    Error& with_detail(std::string line) {
        details_.push_back(std::move(line));
        return *this;
    }

    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const std::vector<std::string>& frames() const noexcept { return frames_; }
    [[nodiscard]] const std::vector<std::string>& details() const noexcept { return details_; }
    [[nodiscard]] const std::string& phase() const noexcept { return phase_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    [[nodiscard]] ExitStatus status() const noexcept { return status_; }

private:
    std::string message_;
    std::vector<std::string> frames_;
    std::vector<std::string> details_;
    std::string hint_;
    std::string phase_;
    ExitStatus status_;
};

/// A failed system call: "open /etc/x: Permission denied". The errno is taken
/// by value, so capture it before anything else can change it.
[[nodiscard]] Error system_error(int error_number, std::string_view what);

/// Runs `body`; an Error that leaves it gains the frame `doing`.
template <typename Body>
decltype(auto) with_context(std::string_view doing, Body&& body) {
    try {
        return std::forward<Body>(body)();
    } catch (Error& error) {
        error.while_doing(std::string(doing));
        throw;
    }
}

/// Runs `body`; an Error that leaves it is marked with this phase of the run.
template <typename Body>
decltype(auto) with_phase(std::string_view phase, Body&& body) {
    try {
        return std::forward<Body>(body)();
    } catch (Error& error) {
        error.in_phase(phase);
        throw;
    }
}

} // namespace k8s_node
