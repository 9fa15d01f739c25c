#include "support/boot_generation.hpp"

#include "support/boot_parameters.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

std::optional<int> boot_generation() {
    const auto parameters =
        path_exists("/run/systemd/container")
            ? find_boot_parameters(
                  split_arguments(read_file_if_exists("/proc/1/cmdline").value_or("")))
            : find_boot_parameters(
                  split_command_line(read_file_if_exists("/proc/cmdline").value_or("")));
    const auto number =
        parameters.generation ? parse_integer(parameters.generation->value) : std::nullopt;
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

} // namespace k8s_node
