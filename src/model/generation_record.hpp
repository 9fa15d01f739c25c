// What is known about a generation beside its files, which never change: who
// made it and why, and how it fared. state/generations/N.json.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

enum class GenerationOutcome {
    fresh,  ///< "new": no run has seen it working yet
    good,   ///< a run ended with its units up, the node Ready and a pod started
    failed, ///< a run gave it up
};

struct GenerationRecord {
    static constexpr int known_format = 1;

    std::chrono::sys_seconds created{};
    std::string program{}; ///< version of this program
    std::string author{};  ///< "root", "anna (sudo)", "k8s-node-install.service"
    std::string verb{};    ///< "install", "upgrade"
    std::string summary{}; ///< what differs from the one before, on one line
    /// SHA-256 of each of its files, by path: an edited or half-written one is
    /// told by name. Empty where nobody knows.
    std::map<std::string, std::string> files{};
    GenerationOutcome outcome = GenerationOutcome::fresh;
    std::string reason{}; ///< why it failed; kept when it is tried again
    std::optional<std::chrono::sys_seconds> good_since{};
    /// The one that was current before this one became so: where the way back
    /// leads, whatever their numbers.
    std::optional<int> previous{};
    bool operator==(const GenerationRecord&) const = default;
};

/// "new", "good", "failed"
[[nodiscard]] const char* to_text(GenerationOutcome outcome);

[[nodiscard]] std::string write_record(const GenerationRecord& record);

/// Reads write_record()'s text. Keys that it does not know are passed over.
/// Throws Error naming `path` for anything else, NewerFormat for a newer format.
[[nodiscard]] GenerationRecord parse_record(std::string_view text, std::string_view path);

} // namespace k8s_node
