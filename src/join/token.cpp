#include "join/token.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/random.h>

#include "cluster/json_text.hpp"
#include "kubeconfig/base64.hpp"
#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t id_size = 6;
constexpr std::size_t secret_size = 16;
constexpr const char* secret_type = "bootstrap.kubernetes.io/token";
constexpr const char* name_prefix = "bootstrap-token-";
/// kubeadm's roles for machines that join are bound to it.
constexpr const char* kubeadm_group = "system:bootstrappers:kubeadm:default-node-token";
constexpr const char* profile_annotation = "k8s-node/profile";

bool is_of_alphabet(std::string_view text, std::size_t size) {
    return text.size() == size && text.find_first_not_of(alphabet) == std::string_view::npos;
}

std::string random_text(std::size_t size) {
    // Higher bytes would make the first letters of the alphabet more likely.
    constexpr auto limit = 256 - 256 % alphabet.size();
    std::string text;
    while (text.size() < size) {
        std::array<unsigned char, 64> bytes{};
        if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            throw system_error(errno, "read random numbers");
        }
        for (const auto byte : bytes) {
            if (byte < limit && text.size() < size) {
                text.push_back(alphabet[byte % alphabet.size()]);
            }
        }
    }
    return text;
}

/// Returns a decoded value of a Secret, empty if it has none.
std::string value_of(const json& secret, const char* key) {
    return from_base64(text_at(part_at(secret, "data"), key)).value_or("");
}

} // namespace

std::optional<BootstrapToken> parse_token(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || !is_token_id(text.substr(0, dot)) ||
        !is_of_alphabet(text.substr(dot + 1), secret_size)) {
        return std::nullopt;
    }
    return BootstrapToken{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

bool is_token_id(std::string_view text) {
    return is_of_alphabet(text, id_size);
}

BootstrapToken create_token() {
    return {random_text(id_size), random_text(secret_size)};
}

json secret_of(const BootstrapToken& token, const TokenInfo& info) {
    const auto flag = [](bool value) { return to_base64(value ? "true" : "false"); };
    json data = {{"token-id", to_base64(token.id)},
                 {"token-secret", to_base64(token.secret)},
                 {"usage-bootstrap-authentication", flag(info.authenticates)},
                 {"usage-bootstrap-signing", flag(info.signs)},
                 {"auth-extra-groups", to_base64(kubeadm_group)}};
    if (info.expires) {
        data["expiration"] = to_base64(utc_text(*info.expires));
    }
    if (!info.description.empty()) {
        data["description"] = to_base64(info.description);
    }
    json metadata = {{"name", name_prefix + token.id}, {"namespace", "kube-system"}};
    if (!info.profile.empty()) {
        metadata["annotations"] = {{profile_annotation, info.profile}};
    }
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", std::move(metadata)},
            {"type", secret_type},
            {"data", std::move(data)}};
}

std::optional<TokenInfo> read_token_secret(const json& secret) {
    TokenInfo info{value_of(secret, "token-id")};
    if (text_at(secret, "type") != secret_type || !is_token_id(info.id)) {
        return std::nullopt;
    }
    info.expires = parse_utc(value_of(secret, "expiration"));
    info.description = value_of(secret, "description");
    info.profile = text_at(part_at(part_at(secret, "metadata"), "annotations"), profile_annotation);
    info.authenticates = value_of(secret, "usage-bootstrap-authentication") == "true";
    info.signs = value_of(secret, "usage-bootstrap-signing") == "true";
    return info;
}

std::string token_path(std::string_view id) {
    return "/api/v1/namespaces/kube-system/secrets/" + std::string(name_prefix) + std::string(id);
}

} // namespace k8s_node
