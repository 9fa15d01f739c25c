#include "terminal/confirm.hpp"

#include <array>
#include <cstdio>
#include <poll.h>
#include <string>
#include <unistd.h>

#include "support/error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::cli {

bool confirmed(const char* question, const char* what) {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
        throw Error(std::string(what) + ", and there is no terminal to ask for confirmation",
                    ExitStatus::usage)
            .try_this("run it with --yes, or with --dry-run to see what would be done");
    }
    std::fprintf(stderr, "%s Type 'yes' to continue: ", question);
    std::fflush(stderr);
    std::string answer;
    while (answer.find('\n') == std::string::npos) {
        // A read alone would continue after the first Ctrl-C. A line may come in several reads.
        std::array<pollfd, 2> waits{{{STDIN_FILENO, POLLIN, 0}, {interrupt_fd(), POLLIN, 0}}};
        const int ready = ::poll(waits.data(), waits.size(), -1);
        throw_if_interrupted();
        if (ready < 0) {
            continue; // this process was stopped and continued
        }
        std::array<char, 256> typed{};
        const auto count = ::read(STDIN_FILENO, typed.data(), typed.size());
        if (count <= 0) {
            break;
        }
        answer.append(typed.data(), static_cast<std::size_t>(count));
    }
    return answer.substr(0, answer.find('\n')) == "yes";
}

} // namespace k8s_node::cli
