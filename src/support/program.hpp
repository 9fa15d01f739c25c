// Running another program and capturing its output.
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

/// Runs `argv` (the program is looked up as by find_program()) with `input` on its standard
/// input. Throws Error when it cannot be started, and when it has not ended by
/// the deadline; it is killed then. A signal that asks this run to end leaves it
/// until end_of_grace() to end by itself and then throws Interrupted.
[[nodiscard]] ProgramResult
run_program(const std::vector<std::string>& argv, std::string_view input = {},
            std::chrono::milliseconds deadline = std::chrono::seconds(30));

/// Runs `argv` as run_program() does; returns its output. Throws Error with the command and what it
/// wrote to standard error, or its exit status, unless that is 0.
std::string run_successfully(const std::vector<std::string>& argv);

/// Returns the path of a program. A path is returned as it is; a name is looked up in PATH and
/// then, since PATH may be short, in the system's program directories.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name);

[[nodiscard]] bool has_program(const std::string& name);

} // namespace k8s_node
