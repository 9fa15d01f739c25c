#include "loop/program_run.hpp"

#include <optional>
#include <utility>

namespace k8s_node {

ProgramRun::ProgramRun(EventLoop& loop, const std::vector<std::string>& argv,
                       std::string_view input, std::chrono::milliseconds deadline,
                       Observer observer)
    : program_(argv, input), observer_(std::move(observer)) {
    child_ = loop.on_child(program_.process().get(), [this](int status) {
        deadline_.reset();
        auto result = program_.result(status);
        const auto ended = std::move(observer_.ended); // it may destroy this
        ended(std::move(result));
    });
    deadline_ = loop.after(deadline, [this, name = argv.front(), deadline] {
        child_.reset();
        program_.kill();
        const auto failed = std::move(observer_.failed);
        failed(std::make_exception_ptr(program_timeout(name, deadline)));
    });
}

ProgramResult run_program(EventLoop& loop, const std::vector<std::string>& argv,
                          std::chrono::milliseconds deadline) {
    std::optional<ProgramResult> ended;
    std::exception_ptr failed;
    const ProgramRun run(loop, argv, {}, deadline,
                         {[&](ProgramResult result) { ended = std::move(result); },
                          [&](std::exception_ptr failure) { failed = std::move(failure); }});
    loop.run_until([&] { return ended || failed; }, EventLoop::Clock::time_point::max(),
                   AtSignal::use_the_grace);
    if (failed) {
        std::rethrow_exception(failed);
    }
    return *std::move(ended);
}

} // namespace k8s_node
