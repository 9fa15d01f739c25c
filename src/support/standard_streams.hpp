// Standard input, output and error of this process.
#pragma once

namespace k8s_node {

/// Opens /dev/null for each of the three that the caller has closed: otherwise the first files
/// that are opened get their numbers, and terminal output is written into them. Must be called
/// before anything is opened.
void open_standard_streams() noexcept;

} // namespace k8s_node
