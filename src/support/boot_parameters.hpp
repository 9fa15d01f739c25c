// The kernel command line parameters k8s_node.*, which an operator sets at the boot loader. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// One parameter, as its last occurrence sets it.
struct BootParameter {
    std::string word;  ///< "k8s_node.enabled=0", without quotes
    std::string value; ///< "0"; empty also where there is no "="
    bool operator==(const BootParameter&) const = default;
};

/// Does not include parameters of the initial RAM disk ("rd.k8s_node…").
struct BootParameters {
    std::optional<BootParameter> generation;
    std::optional<BootParameter> enabled;
    std::optional<BootParameter> profile;
    std::optional<BootParameter> release;
    std::optional<BootParameter> mirror;
    std::optional<BootParameter> bundle; ///< path of a file on this machine
    std::optional<BootParameter> config; ///< URL and digest of the configuration
};

/// Splits a kernel command line into its arguments at blanks; quotes of both kinds protect blanks
/// and are removed.
[[nodiscard]] std::vector<std::string> split_command_line(std::string_view line);

/// Splits the content of /proc/<pid>/cmdline into arguments, each terminated by NUL.
[[nodiscard]] std::vector<std::string> split_arguments(std::string_view bytes);

/// Returns the parameters among the arguments; the last occurrence wins and, as for systemd's own
/// parameters, "-" and "_" are equal in names.
[[nodiscard]] BootParameters find_boot_parameters(const std::vector<std::string>& arguments);

/// Parses 1/yes/y/true/t/on and 0/no/n/false/f/off, in any case.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

} // namespace k8s_node
