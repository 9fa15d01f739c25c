// What the person at the boot loader says: k8s_node.* on the kernel command
// line. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// One parameter as it was written last.
struct BootParameter {
    std::string word;  ///< "k8s_node.enabled=0", without quotes
    std::string value; ///< "0"; empty also where there is no "="
    bool operator==(const BootParameter&) const = default;
};

/// Parameters of the initial RAM disk ("rd.k8s_node…") are not among them.
struct BootParameters {
    std::optional<BootParameter> generation;
    std::optional<BootParameter> enabled;
    std::optional<BootParameter> profile;
};

/// The words of a kernel command line: separated by blanks, quotes of both
/// kinds keep blanks together and are taken off.
[[nodiscard]] std::vector<std::string> split_command_line(std::string_view line);

/// The arguments in a /proc/<pid>/cmdline, each ended by NUL.
[[nodiscard]] std::vector<std::string> split_arguments(std::string_view bytes);

/// The parameters among the words; the last of a kind wins, and as for
/// systemd's own, "-" and "_" are the same in their names.
[[nodiscard]] BootParameters find_boot_parameters(const std::vector<std::string>& words);

/// 1/yes/y/true/t/on and 0/no/n/false/f/off, in any case.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

} // namespace k8s_node
