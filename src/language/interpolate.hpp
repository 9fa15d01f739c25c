// ${references} in text. No expressions, no functions: a name is replaced by its value, and `$$`
// by one `$`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Stands in resolved text for "the directory of this service's credentials"; turned into a typed
/// piece when the service is read. A control character, so that no configured text can contain it
/// (our YAML reader refuses it).
inline constexpr char credentials_directory_marker = '\x01';

/// Stands, before and after a certificate's name, for the certificate itself, which is known when
/// an object of the cluster is applied.
inline constexpr char certificate_data_marker = '\x02';

/// Value of a reference, or nullopt for an unknown name.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Returns a hint for a name that Lookup does not know.
using Hint = std::function<std::string(const std::string& name)>;

/// Returns `text` with every ${name} replaced. Reports unknown names and an unclosed ${ at their
/// place in the text that starts at `at`.
[[nodiscard]] std::string interpolate(const std::string& text, const Lookup& lookup,
                                      const Position& at, Diagnostics& diagnostics,
                                      const Hint& hint = {});

/// Returns the Nth address of a network; nullopt if `cidr` is not an IPv4 or IPv6 network or N lies
/// outside it.
[[nodiscard]] std::optional<std::string> host_of_cidr(const std::string& cidr, std::uint32_t n);

} // namespace k8s_node
