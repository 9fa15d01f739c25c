// Standard base64 (RFC 4648) by OpenSSL: keys and certificates inside of YAML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

/// Returns standard base64 with padding, on one line.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Returns the decoded bytes. Line ends are passed over, as Kubernetes does; nullopt for anything
/// else that is not standard base64, and for an empty text.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace k8s_node
