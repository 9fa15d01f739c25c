// Checks of setting values against their declared type.
#pragma once

#include "model/setting.hpp"

namespace k8s_node {

/// What is wrong with `value` as a value of `spec`, or nullopt if nothing is:
/// "must be a port from 1 to 65535, not '70000'".
[[nodiscard]] std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value);

/// A DNS subdomain as RFC 1123 and Kubernetes have it, up to 253 characters.
[[nodiscard]] bool is_dns_subdomain(const std::string& text);

/// A relative path that stays where it is put: no empty, "." or ".." parts.
[[nodiscard]] bool is_confined_path(const std::string& path);

/// An absolute path to a file, without empty, "." or ".." parts.
[[nodiscard]] bool is_plain_absolute_path(const std::string& path);

/// -1, 0, 1 by numeric parts: "1.9" < "1.10"; a missing part counts as 0 and
/// whatever follows the first non-numeric part is ignored.
[[nodiscard]] int compare_versions(const std::string& left, const std::string& right);

} // namespace k8s_node
