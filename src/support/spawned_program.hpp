// A program that runs beside this one.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/program.hpp"

namespace k8s_node {

/// A child process whose output is captured. Destroying it before its result was taken kills it.
class SpawnedProgram {
public:
    /// Starts `argv` (looked up as by find_program()) with `input` on its standard input. Throws
    /// Error if it cannot be started.
    explicit SpawnedProgram(const std::vector<std::string>& argv, std::string_view input = {});
    SpawnedProgram(const SpawnedProgram&) = delete;
    SpawnedProgram& operator=(const SpawnedProgram&) = delete;
    SpawnedProgram(SpawnedProgram&&) = delete;
    SpawnedProgram& operator=(SpawnedProgram&&) = delete;
    ~SpawnedProgram();

    /// Returns its pidfd, which can be read once it has ended (pidfd_open(2)).
    [[nodiscard]] const UniqueFd& process() const noexcept { return process_; }
    /// Returns what it has written, for one that has ended and been reaped with this exit status.
    [[nodiscard]] ProgramResult result(int status);

    /// Kills it, unless it has been reaped.
    void kill() noexcept;

private:
    std::array<UniqueFd, 3> streams_; ///< files in memory: input, output, errors
    UniqueFd process_;
    bool is_reaped_ = false;
};

/// Returns the error of a program that was killed because it did not end within `deadline`.
[[nodiscard]] Error program_timeout(const std::string& name, std::chrono::milliseconds deadline);

} // namespace k8s_node
