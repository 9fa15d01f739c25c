// Takes secrets out of texts that leave the machine. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace k8s_node {

/// Stands where something was taken out.
inline constexpr const char* redacted = "<redacted>";

/// Returns the secrets in a file that is known to hold some: lines of private keys, and values of
/// names such as "token" and "client-key-data".
[[nodiscard]] std::vector<std::string> secrets_of(std::string_view text);

/// Returns the values of an environment file (systemd.exec(5), EnvironmentFile=), all of which may
/// be secret.
[[nodiscard]] std::vector<std::string> values_of_environment(std::string_view text);

/// Knows what must not be told by its text, and more by its form: private keys, tokens, passwords
/// in URLs, values of names that sound secret, and every environment.
class Redaction {
public:
    /// Short ones are ignored: they would take out what is no secret.
    explicit Redaction(std::vector<std::string> secrets);

    [[nodiscard]] std::string text(std::string_view text) const;

    /// Likewise for each text in a document, which stays one.
    [[nodiscard]] nlohmann::ordered_json json(const nlohmann::ordered_json& document) const;

    /// Returns the document of a text that is one, otherwise the text itself, both without secrets.
    [[nodiscard]] std::string either(std::string_view text) const;

private:
    [[nodiscard]] std::string without_known(std::string text) const;

    std::vector<std::string> secrets_; ///< the longest first
};

} // namespace k8s_node
