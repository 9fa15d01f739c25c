// Checks of setting values against their declared type.
#pragma once

#include "model/setting.hpp"
#include "support/text.hpp"

namespace k8s_node {

/// Returns the error in `value` as a value of `spec`, or nullopt if there is none: "must be a
/// port from 1 to 65535, not '70000'".
[[nodiscard]] std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value);

/// Returns the item that makes a list invalid, or the value itself.
[[nodiscard]] const Tree& culprit_of(const SettingSpec& spec, const Tree& value);

/// Describes a value of this type: "a port from 1 to 65535".
[[nodiscard]] std::string wanted_value(const SettingSpec& spec);

/// True for what Go's time.ParseDuration accepts, without signs and fractions: "5s", "1h30m".
[[nodiscard]] bool is_duration(const std::string& text);

/// True for an IPv4 or IPv6 address.
[[nodiscard]] bool is_ip(const std::string& text);

/// True for scheme://host… and scheme:///path without blanks and control characters. The host and
/// port of http and https are checked; these two must have a host.
[[nodiscard]] bool is_url(const std::string& text);

/// Like is_url(), but only for http and https.
[[nodiscard]] bool is_web_url(const std::string& text);

/// True for a relative path that stays below its base: no empty, "." or ".." parts.
[[nodiscard]] bool is_confined_path(const std::string& path);

/// True for an absolute path to a file, without empty, "." or ".." parts.
[[nodiscard]] bool is_plain_absolute_path(const std::string& path);

/// True for numbers separated by dots, with an optional 'v' before and a suffix such as "-rc.1"
/// after.
[[nodiscard]] bool is_version(const std::string& text);

/// Returns -1, 0 or 1 by numeric parts: "1.9" < "1.10"; a missing part counts as 0 and whatever
/// follows the first non-numeric part is ignored.
[[nodiscard]] int compare_versions(const std::string& left, const std::string& right);

} // namespace k8s_node
