// Observes the machine.
#pragma once

#include "model/facts.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

/// Reads all facts; changes nothing. Files are read under `root`; the kernel, its host name,
/// processors and addresses are those of the running machine. An unknown fact keeps its default,
/// so that preflight, not a crash, reports it. Throws Error if a file exists but cannot be read.
[[nodiscard]] Facts observe_facts(const Root& root);

} // namespace k8s_node::host
