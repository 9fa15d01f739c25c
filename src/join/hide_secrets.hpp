// Join data without what is secret in them, for messages that show a line.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// Returns the text of a file of join data as a source whose lines can be shown: every token,
/// certificate key, private key and encryption key is replaced by as many signs, so that each place
/// stays where it is. A CA's certificate is hidden too: its lines look like those of a key.
[[nodiscard]] Source hide_secrets(const std::string& name, std::string_view text);

} // namespace k8s_node
