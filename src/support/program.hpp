// Running another program and hearing what it says.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

struct ProgramResult {
    int status = 0; ///< exit status; 128 + the signal's number if one ended it
    std::string output;
    std::string errors;
};

/// Runs `words` (the program is looked up as by find_program()) with `input` on its standard
/// input. Throws Error when it cannot be started, and when it has not ended by
/// the deadline; it is killed then.
[[nodiscard]] ProgramResult
run_program(const std::vector<std::string>& words, std::string_view input = {},
            std::chrono::milliseconds deadline = std::chrono::seconds(30));

/// A path is taken as it is; else where PATH has it or, for those whose PATH is short, one of the
/// system's directories of programs.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name);

[[nodiscard]] bool has_program(const std::string& name);

} // namespace k8s_node
