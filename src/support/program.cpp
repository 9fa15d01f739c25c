#include "support/program.hpp"

#include <cstdlib>
#include <unistd.h>

#include "support/interrupt.hpp"
#include "support/process_wait.hpp"
#include "support/spawned_program.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

} // namespace

ProgramResult run_program(const std::vector<std::string>& argv, std::string_view input,
                          std::chrono::milliseconds deadline) {
    SpawnedProgram program(argv, input);
    const auto wait = wait_for_process(program.process(), SteadyClock::now() + deadline);
    if (wait == ProcessWait::interrupted &&
        wait_for_process(program.process(), end_of_grace(), -1) != ProcessWait::ended) {
        throw Interrupted(interrupt_signal());
    }
    if (wait == ProcessWait::timed_out) {
        throw program_timeout(argv.front(), deadline);
    }
    return program.result(reap_process(program.process().get()));
}

std::string run_successfully(const std::vector<std::string>& argv) {
    auto result = run_program(argv);
    if (result.status != 0) {
        const auto why = trim(result.errors);
        throw Error(
            join(argv, " ") + ": " +
            (why.empty() ? "exit status " + std::to_string(result.status) : std::string(why)));
    }
    return std::move(result.output);
}

std::optional<std::string> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return name;
    }
    const char* path = std::getenv("PATH");
    const std::string searched = path == nullptr ? "" : path;
    for (const auto& directory : split(searched + ":/usr/sbin:/usr/bin:/sbin:/bin", ':')) {
        const auto candidate = directory + "/" + name;
        if (directory.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return std::nullopt;
}

bool has_program(const std::string& name) {
    return find_program(name).has_value();
}

} // namespace k8s_node
