// The phases by which a key is replaced while everything goes on: first the new one is trusted
// beside the old one, then it is used, then the old one is trusted no more. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

enum class Phase {
    trust, ///< both are trusted, the old one is used
    use,   ///< both are trusted, the new one is used
    drop,  ///< the new one alone is trusted; then the rotation is over
};

/// "trust", "use", "drop"
[[nodiscard]] const char* to_text(Phase phase);

/// Returns nullopt for any other text.
[[nodiscard]] std::optional<Phase> parse_phase(std::string_view text);

/// A rotation that has begun.
struct Rotation {
    std::string subject; ///< what is replaced: "ca", "etcd/ca", "service-accounts", "encryption"
    Phase phase = Phase::trust;
    /// False while a run makes the phase, and after one that was killed.
    bool settled = false;
    std::chrono::sys_seconds since{}; ///< when the phase was settled, or begun
    std::string made{}; ///< the name of the new key, where only a name tells it from the others
    bool operator==(const Rotation&) const = default;
};

/// The operator's wish: go on, or end by dropping the old one, which is never done unasked.
enum class Wish { advance, finish };

/// Returns the phase that a run has to make: a killed run's again, or the next one. nullopt if only
/// `finish` would go on. Throws Error(usage) for a rotation to finish that has not begun, and
/// Error(unsuitable) for one in which the new key is not used yet.
[[nodiscard]] std::optional<Phase> next_phase(const std::string& subject,
                                              const std::optional<Rotation>& found, Wish wish);

/// Returns the state for people: "trusts both, uses the old one".
[[nodiscard]] std::string describe(const Rotation& rotation);

/// Returns what its operator does next.
[[nodiscard]] std::string next_step(const Rotation& rotation);

} // namespace k8s_node
