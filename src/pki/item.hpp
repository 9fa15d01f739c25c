// An item of a node's PKI as it was found: plain values that a plan turns into "certificates to
// issue" and status prints with the expiry.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace k8s_node {

enum class PkiKind { authority, certificate, key_pair, kubeconfig, encryption_config };

enum class PkiState {
    good,          ///< matches the spec
    kept,          ///< the operator's own and usable: left alone, `reason` says how it differs
    missing,       ///< absent, or only its key exists: issue() creates the rest
    needs_renewal, ///< ours, or useless and replaceable: issue() creates a new certificate
    exposed,       ///< matches, but others can read or own the key: issue() fixes that
    broken,        ///< does not match and is not ours to replace: issue() throws `reason`
};

/// True if issue() has nothing to do (and nothing to refuse).
[[nodiscard]] constexpr bool is_usable(PkiState state) {
    return state == PkiState::good || state == PkiState::kept;
}

/// "good", "needs renewal", …
[[nodiscard]] constexpr const char* to_text(PkiState state) {
    switch (state) {
    case PkiState::good:
        return "good";
    case PkiState::kept:
        return "kept";
    case PkiState::missing:
        return "missing";
    case PkiState::needs_renewal:
        return "needs renewal";
    case PkiState::exposed:
        return "exposed";
    case PkiState::broken:
        break;
    }
    return "broken";
}

struct PkiItem {
    PkiKind kind = PkiKind::certificate;
    std::string name;                         ///< as in the spec; the path if it is a single file
    std::vector<std::filesystem::path> paths; ///< absolute on the node, without the root
    PkiState state = PkiState::missing;
    std::string reason; ///< why it is not good: "expired on …"; may be empty
    std::string hint;   ///< what to try if broken
    std::optional<std::chrono::sys_seconds> not_after;
    bool is_early = false; ///< broken only until it becomes valid, or by a clock in the past
    bool foreign = false;  ///< needs renewal and is not ours: keep paths.front() before issue()
    bool operator==(const PkiItem&) const = default;
};

} // namespace k8s_node
