// Running another program and hearing what it says.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

struct ProgramResult {
    int status = 0; ///< exit status; 128 + the signal's number if one ended it
    std::string output;
    std::string errors;
};

/// Runs `words` (the program is looked up in PATH) with `input` on its standard
/// input. Throws Error when it cannot be started, and when it has not ended by
/// the deadline; it is killed then.
[[nodiscard]] ProgramResult
run_program(const std::vector<std::string>& words, std::string_view input = {},
            std::chrono::milliseconds deadline = std::chrono::seconds(30));

/// Whether PATH, or one of the directories of system programs, has it.
[[nodiscard]] bool has_program(const std::string& name);

} // namespace k8s_node
