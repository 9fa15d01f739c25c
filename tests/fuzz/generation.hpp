// What must hold of every configuration, good or bad.
#pragma once

#include <functional>
#include <string>

#include "resolve/resolve.hpp"

namespace k8s_node::fuzz {

/// A text as the file of that name, for parse_yaml().
[[nodiscard]] Source source_of(const std::string& name, std::string_view text);

/// The shipped components, profiles and newest release: read once.
[[nodiscard]] const ResolveInput& shipped();

/// Runs `body`; false when it refused a text with diagnostics, each of which
/// names a place. Any other exception is a finding.
[[nodiscard]] bool configures(const std::function<void(Diagnostics&)>& body);

/// Resolves and renders: what comes out can be read back, and is the same
/// when it is done again.
void check_node(const ResolveInput& input);

} // namespace k8s_node::fuzz
