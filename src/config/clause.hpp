// One clause of `when`.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace k8s_node {

/// Whether a clause holds, or why that cannot be told.
struct ClauseVerdict {
    std::optional<bool> holds;
    std::string problem; ///< "'=>' is no operator"; empty if `holds` has a value
    std::string hint;
};

/// Replaces the references of a text.
using Concrete = std::function<std::string(const std::string& text)>;

/// Says what is wrong with the form of a clause, whatever its references
/// stand for; `holds` has a value if nothing is.
[[nodiscard]] ClauseVerdict check_clause(const std::string& written);

/// Decides a clause. Operators are looked for in what is written, so that the
/// value of a setting may hold any character.
[[nodiscard]] ClauseVerdict decide_clause(const std::string& written, const Concrete& concrete);

} // namespace k8s_node
