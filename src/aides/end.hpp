// The end of a service's main process.
#pragma once

#include <chrono>
#include <functional>

namespace k8s_node {

/// Terminates systemd's $MAINPID (SIGTERM), and kills it if it has not ended within `grace`, which
/// `tell_kill` is called before. Nothing is done if it has ended already. Throws Error.
void end_main_process(std::chrono::milliseconds grace, const std::function<void()>& tell_kill);

} // namespace k8s_node
