// Runs a program of systemd and reads what it prints.
#pragma once

#include <string>
#include <vector>

namespace k8s_node::test {

/// True if a program of this name is in $PATH.
[[nodiscard]] bool has_program(const std::string& name);

/// Standard output of argv, with `environment` added to ours. Its standard
/// error is dropped. Throws std::runtime_error if it cannot be run or fails.
[[nodiscard]] std::string run_program(const std::vector<std::string>& argv,
                                      const std::vector<std::string>& environment = {});

} // namespace k8s_node::test
