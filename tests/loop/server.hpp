// The process that the demonstration keeps.
#pragma once

#include <filesystem>

namespace k8s_node::demo {

/// Listens on ROOT/run/server.sock and on a port of loopback, writes that port to ROOT/run/port and
/// answers until it is killed. A request for /die ends it, one for /hang stops it, as a fault
/// would.
int serve(const std::filesystem::path& root);

} // namespace k8s_node::demo
