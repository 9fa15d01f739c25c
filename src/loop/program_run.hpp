// A program that an event loop waits for.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/event_loop.hpp"
#include "support/spawned_program.hpp"

namespace k8s_node {

/// run_program() without a wait. Destroying it before the end kills the program.
class ProgramRun {
public:
    /// Is called once, by the loop, unless the run is destroyed before, which it may do itself:
    /// with the result or, if the program had to be killed at its deadline, with the Error.
    struct Observer {
        std::function<void(ProgramResult)> ended;
        std::function<void(std::exception_ptr)> failed;
    };

    /// Throws Error if the program cannot be started.
    ProgramRun(EventLoop& loop, const std::vector<std::string>& argv, std::string_view input,
               std::chrono::milliseconds deadline, Observer observer);

private:
    SpawnedProgram program_;
    Observer observer_;
    EventSource child_; ///< these go before what they watch
    EventSource deadline_;
};

/// Like run_program(argv, input, deadline) of support/program.hpp, but waits in the loop.
ProgramResult run_program(EventLoop& loop, const std::vector<std::string>& argv,
                          std::chrono::milliseconds deadline);

} // namespace k8s_node
