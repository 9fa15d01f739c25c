// Bootstrap tokens: a public ID and a secret, by which a machine without an identity and its
// cluster prove themselves to each other. In the cluster each is a Secret, as kubeadm writes it
// (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node {

struct BootstrapToken {
    std::string id;     ///< 6 of [a-z0-9]; public
    std::string secret; ///< 16 of [a-z0-9]

    /// Returns "ID.SECRET". Not for logs.
    [[nodiscard]] std::string text() const { return id + "." + secret; }
    bool operator==(const BootstrapToken&) const = default;
};

/// The form of a token, for messages.
inline constexpr const char* token_form = "6 characters, a dot and 16 characters of a-z and 0-9";

/// Parses "ID.SECRET"; nullopt for anything else.
[[nodiscard]] std::optional<BootstrapToken> parse_token(std::string_view text);

[[nodiscard]] bool is_token_id(std::string_view text);

/// Returns a new token from the kernel's random numbers.
[[nodiscard]] BootstrapToken create_token();

/// What a cluster knows of a token, besides its secret.
struct TokenInfo {
    std::string id;
    std::optional<std::chrono::sys_seconds> expires{}; ///< nullopt: never
    std::string description{};
    std::string profile{};      ///< the role of the machines that it is for; may be empty
    bool authenticates = false; ///< usage-bootstrap-authentication
    bool signs = false;         ///< usage-bootstrap-signing
    bool operator==(const TokenInfo&) const = default;
};

/// Returns the Secret that makes a token valid, with the group that kubeadm gives its tokens.
[[nodiscard]] nlohmann::json secret_of(const BootstrapToken& token, const TokenInfo& info);

/// Reads such a Secret as the API server shows it; nullopt if it is none.
[[nodiscard]] std::optional<TokenInfo> read_token_secret(const nlohmann::json& secret);

/// Returns the path of a token's Secret in the API.
[[nodiscard]] std::string token_path(std::string_view id);

} // namespace k8s_node
