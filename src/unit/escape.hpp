// Unit names: escaping as systemd-escape(1) does it, and validation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::unit {

/// Escapes any text for use in a unit name: "/" becomes "-", a leading "." and every byte outside
/// [A-Za-z0-9:_.] becomes "\xNN".
[[nodiscard]] std::string escape(std::string_view text);

/// Returns the name of the .mount, .device or .path unit of an absolute path, without the suffix:
/// "/var/lib/etcd" gives "var-lib-etcd", "/" gives "-". Throws Error for a relative path and for
/// one with ".." in it.
[[nodiscard]] std::string escape_path(std::string_view path);

/// Returns the suffixes of unit names: "service", "mount", …
[[nodiscard]] const std::vector<std::string>& all_unit_types();
[[nodiscard]] bool is_unit_type(std::string_view suffix) noexcept;

/// True for a full name that systemd would load, plain ("etcd.service"), instance
/// ("getty@tty1.service") or template. Such a name contains no "/" and is safe as a file name.
[[nodiscard]] bool is_valid_name(std::string_view name) noexcept;

/// Returns `name` itself if it is valid. Throws Error otherwise.
const std::string& require_valid_name(const std::string& name);

} // namespace k8s_node::unit
