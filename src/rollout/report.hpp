// What a node says about its part in a rollout, by an annotation of its own Node object, which is
// all that a kubelet's identity may change (admission plugin NodeRestriction). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/error.hpp"

namespace k8s_node::rollout {

inline constexpr const char* report_annotation = "k8s-node/rollout";

enum class Progress {
    idle,    ///< it takes part, and has had no turn
    running, ///< its turn has begun
    done,
    failed,
};

struct Report {
    Progress progress = Progress::idle;
    std::string key;    ///< Wish::key() of its last turn
    std::string reason; ///< of a failure, on one line
    bool operator==(const Report&) const = default;
};

[[nodiscard]] std::string to_text(Progress progress);

/// Returns "idle", "running KEY", "done KEY" or "failed KEY REASON".
[[nodiscard]] std::string to_text(const Report& report);

/// Reads what to_text() wrote; nullopt for anything else.
[[nodiscard]] std::optional<Report> parse_report(std::string_view text);

/// Returns why a turn failed, on one line of at most 600 bytes: the error and its short details,
/// without the flags of commands (--name=value), log lines and long details, which the journal of
/// the node has.
[[nodiscard]] std::string short_reason(const Error& error);

/// Returns the annotation of a Node object; empty if there is none.
[[nodiscard]] std::string report_text_of(const nlohmann::json& node);

/// Returns the report in a Node object; nullopt if the node takes part in no rollouts.
[[nodiscard]] std::optional<Report> report_of(const nlohmann::json& node);

} // namespace k8s_node::rollout
