// k8s-node-generator(8): puts the current generation into this boot.
#include <cstdlib>
#include <exception>
#include <sys/stat.h>

#include "generators/kmsg.hpp"
#include "generators/one_line.hpp"
#include "generators/run.hpp"
#include "generators/time_limit.hpp"
#include "support/error.hpp"
#include "support/standard_streams.hpp"

namespace {

using namespace k8s_node;

/// Hundreds of times the usual time; a hanging file system must not keep an operator from logging
/// in.
constexpr unsigned seconds_at_most = 1;

int fail(EventSink& events, ExitStatus status, const std::string& message) {
    events.report(
        {.priority = Priority::error, .message = message, .message_id = "", .fields = {}});
    return static_cast<int>(status);
}

} // namespace

int main(int argc, char** argv) {
    open_standard_streams();
    generator::KernelLog log;
    if (argc != 2 && argc != 4) {
        return fail(log, ExitStatus::usage,
                    "usage: k8s-node-generator NORMAL-DIR [EARLY-DIR LATE-DIR]");
    }
    generator::end_after(seconds_at_most);
    ::umask(022);
    try {
        const generator::InputTree machine("");
        const auto manager = generator::read_environment(
            [](const char* name) -> const char* { return std::getenv(name); }, machine);
        return generator::run(machine, manager, {.unit_directory = UNIT_DIRECTORY}, argv[1], log);
    } catch (const Error& error) {
        return fail(log, ExitStatus::failure, generator::one_line(error));
    } catch (const std::exception& error) {
        return fail(log, ExitStatus::failure, error.what());
    }
}
