// One thing that a node's PKI consists of, as it was found: plain values that
// a plan turns into "certificates to issue" and status prints with its expiry.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace k8s_node {

enum class PkiKind { authority, certificate, key_pair, kubeconfig, encryption_config };

enum class PkiState {
    good,          ///< fits the spec
    kept,          ///< the operator's own and usable: left as it is, `reason` says how it differs
    missing,       ///< not there, or only its key is: issue() makes the rest
    needs_renewal, ///< ours, or useless and free to be replaced: issue() makes a new certificate
    exposed,       ///< fits, but others can read or own the key: issue() closes that
    broken,        ///< does not fit and is not ours to replace: issue() throws `reason`
};

/// Whether issue() has something to do (or to refuse).
[[nodiscard]] constexpr bool is_settled(PkiState state) {
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
    std::string name;                         ///< as in the spec; of what is one file its path
    std::vector<std::filesystem::path> paths; ///< absolute on the node, without the root
    PkiState state = PkiState::missing;
    std::string reason; ///< why it is not simply good: "expired on …"; may be empty
    std::string hint;   ///< what to try when broken
    std::optional<std::chrono::sys_seconds> not_after;
    bool is_early = false; ///< broken only until it becomes valid, or by a clock in the past
    bool foreign = false;  ///< needs renewal and is not ours: keep paths.front() before issue()
    bool operator==(const PkiItem&) const = default;
};

} // namespace k8s_node
