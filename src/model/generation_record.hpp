// Metadata of a generation, kept apart from its files, which never change: who created it and
// why, and how it turned out. state/generations/N.json.
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
    failed, ///< a run abandoned it
};

struct GenerationRecord {
    static constexpr int known_format = 1;

    std::chrono::sys_seconds created{};
    std::string program{};       ///< version of this program
    std::string invoking_user{}; ///< "root", "anna (sudo)", "k8s-node-install.service"
    std::string verb{};          ///< "install", "upgrade"
    std::string summary{};       ///< the differences from the one before, on one line
    /// SHA-256 of each of its files, by path, so that an edited or half-written file can be
    /// named. Empty if unknown.
    std::map<std::string, std::string> files{};
    GenerationOutcome outcome = GenerationOutcome::fresh;
    std::string reason{}; ///< why it failed; kept when it is retried
    std::optional<std::chrono::sys_seconds> good_since{};
    /// The generation that was current before this one: the target of a rollback, whatever their
    /// numbers.
    std::optional<int> previous{};
    bool operator==(const GenerationRecord&) const = default;
};

/// Returns "new", "good" or "failed".
[[nodiscard]] const char* to_text(GenerationOutcome outcome);

[[nodiscard]] std::string write_record(const GenerationRecord& record);

/// Parses the output of write_record(). Ignores unknown keys. Throws Error naming `path` for
/// anything else, NewerFormat for a newer format.
[[nodiscard]] GenerationRecord parse_record(std::string_view text, std::string_view path);

} // namespace k8s_node
