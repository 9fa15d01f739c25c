// The log of a verb that is a service.
#pragma once

#include <string>

#include "support/log.hpp"

namespace k8s_node::cli {

/// Prints a line; the journal reads its priority off the "<4>" before it (sd-daemon(3)).
void print_line(Priority priority, const std::string& message);

} // namespace k8s_node::cli
