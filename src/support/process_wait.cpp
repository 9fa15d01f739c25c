#include "support/process_wait.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>

#include "support/error.hpp"

namespace k8s_node {

ProcessWait wait_for_process(const UniqueFd& process, std::chrono::steady_clock::time_point end,
                             int wake) {
    std::array<pollfd, 2> waits = {{{process.get(), POLLIN, 0}, {wake, POLLIN, 0}}};
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const int ready = ::poll(waits.data(), waits.size(),
                                 static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready < 0 && errno != EINTR) {
            throw system_error(errno, "wait for a process to end");
        }
        if (ready == 0) {
            return ProcessWait::timed_out;
        }
        if (ready > 0) {
            return waits[0].revents != 0 ? ProcessWait::ended : ProcessWait::interrupted;
        }
    }
}

} // namespace k8s_node
