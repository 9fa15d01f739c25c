// Checks of setting values against their declared type.
#pragma once

#include "model/setting.hpp"

namespace k8s_node {

/// What is wrong with `value` as a value of `spec`, or nullopt if nothing is:
/// "must be a port from 1 to 65535, not '70000'".
[[nodiscard]] std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value);

/// The item of a list for which it is wrong, or the value itself.
[[nodiscard]] const Tree& culprit_of(const SettingSpec& spec, const Tree& value);

/// What a value of this type looks like: "a port from 1 to 65535".
[[nodiscard]] std::string wanted_value(const SettingSpec& spec);

/// Go's time.ParseDuration without signs and fractions: "5s", "1h30m".
[[nodiscard]] bool is_duration(const std::string& text);

/// An IPv4 or IPv6 address.
[[nodiscard]] bool is_ip(const std::string& text);

/// scheme://host… or scheme:///path (but not of http and https, whose host and
/// port are looked at), with neither blanks nor control characters.
[[nodiscard]] bool is_url(const std::string& text);

/// The same, http or https.
[[nodiscard]] bool is_web_url(const std::string& text);

/// The host of scheme://host:port/path, without the brackets of IPv6.
[[nodiscard]] std::string host_of_url(const std::string& url);

/// A DNS subdomain as RFC 1123 and Kubernetes have it, up to 253 characters.
[[nodiscard]] bool is_dns_subdomain(const std::string& text);

/// A relative path that stays where it is put: no empty, "." or ".." parts.
[[nodiscard]] bool is_confined_path(const std::string& path);

/// An absolute path to a file, without empty, "." or ".." parts.
[[nodiscard]] bool is_plain_absolute_path(const std::string& path);

/// Numbers with dots between them, perhaps 'v' before and a suffix such as
/// "-rc.1" behind.
[[nodiscard]] bool is_version(const std::string& text);

/// -1, 0, 1 by numeric parts: "1.9" < "1.10"; a missing part counts as 0 and
/// whatever follows the first non-numeric part is ignored.
[[nodiscard]] int compare_versions(const std::string& left, const std::string& right);

} // namespace k8s_node
