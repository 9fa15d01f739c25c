// The findings of preflight checks. All checks run before any of them fails, so that one run
// reports everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace k8s_node {

enum class Severity { error, warning };

/// How it is cured: by somebody, or by time, as with a network that is not up yet.
enum class Cure { somebody, time };

/// A problem. No finding means that all is well.
struct Finding {
    std::string name; ///< "Port-6443": what --ignore-preflight takes
    Severity severity = Severity::error;
    std::string message;
    std::string hint; ///< what to try
    Cure cure = Cure::somebody;
    bool operator==(const Finding&) const = default;

    /// Returns "[Port-6443] message; hint".
    [[nodiscard]] std::string text() const;
};

using Findings = std::vector<Finding>;

/// Returns them as -o json shows them: check, severity, message, hint.
[[nodiscard]] nlohmann::ordered_json to_json(const Findings& findings);

/// Adds all of `more`.
void append(Findings& findings, Findings more);

/// Turns the errors with these names into warnings; "all" means every name.
void soften(Findings& findings, const std::vector<std::string>& ignored);

/// Throws Error(unsuitable), or Error(not_yet) if time cures all of them, "<what>: 2 checks
/// failed" with one detail line per error among the findings; returns if there are only warnings.
void refuse_errors(const Findings& findings, std::string_view what);

} // namespace k8s_node
