// ${references} in texts. No expressions, no functions: a name is replaced by
// its value, and `$$` by one `$`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Stands in resolved text for "the directory of this service's credentials";
/// turned into a typed piece when the service is read. A control character, so
/// that no configured text can hold it (YAML readers here refuse it).
inline constexpr char credentials_directory_marker = '\x01';

/// Value of a reference, or nullopt for an unknown name.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// What may have been meant by a name that Lookup does not know.
using Hint = std::function<std::string(const std::string& name)>;

/// `text` with every ${name} replaced. Unknown names and an unclosed ${ are
/// reported where they stand in the text that begins at `at`.
[[nodiscard]] std::string interpolate(const std::string& text, const Lookup& lookup,
                                      const Position& at, Diagnostics& diagnostics,
                                      const Hint& hint = {});

/// All names that `text` refers to.
[[nodiscard]] std::vector<std::string> references_in(const std::string& text);

/// The Nth address of a network, for ${cluster.service_cidr.host.1}; nullopt
/// when `cidr` is no IPv4 or IPv6 network or N lies outside of it.
[[nodiscard]] std::optional<std::string> host_of_cidr(const std::string& cidr, std::uint32_t n);

} // namespace k8s_node
