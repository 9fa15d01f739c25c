// Questions to a machine, and their answers: named checks that run side by side, none of
// which stops another.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "loop/event_loop.hpp"
#include "model/finding.hpp"

namespace k8s_node::doctor {

/// `unknown`: it could not be seen, so it may be right or wrong.
enum class Verdict { pass, warn, fail, unknown };

/// Returns "pass", "warn", "fail" or "unknown".
[[nodiscard]] const char* to_text(Verdict verdict);

struct CheckResult {
    std::string check; ///< "Swap", "Port-6443": what --ignore-preflight takes
    Verdict verdict = Verdict::pass;
    std::string seen;
    std::string remedy; ///< empty for what passes
    bool operator==(const CheckResult&) const = default;
};

using CheckResults = std::vector<CheckResult>;

/// An observation, under the name of a check.
struct Seen {
    std::string name;
    std::string what;
};

/// The answer of a check, or of several that look at the same things.
struct Answer {
    Findings findings{};
    /// Told of a name, or of its family ("Port"), if there is no finding of it.
    std::vector<Seen> seen{};
    std::vector<Seen> unseen{}; ///< what could not be seen, and why
};

/// Where a check runs: in the loop, where it waits, or in a thread of its own, which may block for
/// less than a second and uses no loop.
enum class Runs { in_loop, in_thread };

/// One look at the machine, for one or several checks. What it throws (Error, std::system_error)
/// makes all of its names unknown.
struct Check {
    std::vector<std::string> names;
    std::function<Answer()> look;
    Runs runs = Runs::in_loop;
};

/// Runs all checks side by side, which takes as long as the slowest. Failures of `demoted` names
/// are warnings ("all": of every name). The results are in the order of the checks; of a name that
/// several of them answered, those with something to say. Throws Interrupted.
[[nodiscard]] CheckResults run_checks(const std::vector<Check>& checks,
                                      const std::vector<std::string>& demoted, EventLoop& loop);

/// Returns how many have this verdict.
[[nodiscard]] std::size_t count(const CheckResults& results, Verdict verdict);

/// Returns them as -o json shows them: check, verdict, seen, remedy.
[[nodiscard]] nlohmann::ordered_json to_json(const CheckResults& results);

} // namespace k8s_node::doctor
