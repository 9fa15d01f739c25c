#include "kubeconfig/kubeconfig.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <vector>

#include "kubeconfig/base64.hpp"
#include "kubeconfig/long_values.hpp"
#include "kubeconfig/part.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/text.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Throws the first diagnostic, if there is one, without its line: that may hold a key.
void throw_first(const Diagnostics& diagnostics) {
    try {
        diagnostics.throw_if_any();
    } catch (const ConfigurationError& error) {
        const auto& first = error.diagnostics().front();
        complain(first.at, first.message + (first.hint.empty() ? "" : " (" + first.hint + ")"));
    }
}

/// A PEM text and the file that it is from.
struct Pem {
    std::string text;
    std::string origin;
};

/// Reads what a kubeconfig says of itself and of other files.
class Reader {
public:
    Reader(const fs::path& path, const Root& root)
        : directory_(path.parent_path()), root_(root), shown_(root.at(path).string()) {}

    [[nodiscard]] const std::string& shown() const { return shown_; }

    /// Returns the content of a file that a part names.
    [[nodiscard]] Pem file_at(const Part& part, const std::string& key) const {
        const auto path = root_.at(directory_ / text_at(part, key));
        return with_context("reading '" + key + "' of " + part.what + " in " + shown_, [&] {
            auto text = read_regular_file_if_exists(path);
            if (!text) {
                throw system_error(ENOENT, "open " + path.string());
            }
            return Pem{*std::move(text), path.string()};
        });
    }

    /// Returns `key`-data, decoded, or else the file `key`; empty if neither is given.
    [[nodiscard]] Pem pem_at(const Part& part, const std::string& key) const {
        Pem pem;
        std::string from = key + "-data";
        if (const auto data = text_at(part, from); !data.empty()) {
            auto decoded = from_base64(data);
            if (!decoded) {
                complain(value_at(part, from)->at(),
                         "'" + from + "' of " + part.what + " is not base64");
            }
            pem = {*std::move(decoded), shown_};
        } else if (from = key; !text_at(part, key).empty()) {
            pem = file_at(part, key);
        } else {
            return pem;
        }
        if (pem.text.find("-----BEGIN ") == std::string::npos) {
            complain(value_at(part, from)->at(), "'" + from + "' of " + part.what +
                                                     " contains no PEM text" +
                                                     (from == key ? ": " + pem.origin : ""));
        }
        return pem;
    }

private:
    fs::path directory_;
    Root root_;
    std::string shown_;
};

/// A key that client-go knows and requests of ours cannot obey, and what to do instead.
struct Unsupported {
    const char* key;
    const char* instead;
};

constexpr const char* credentials_hint =
    "give the user a client certificate with its key, or a token";

constexpr std::array<Unsupported, 2> unsupported_of_clusters = {{
    {"insecure-skip-tls-verify", "the API server must prove itself to the certificate-authority"},
    {"proxy-url", "the API server is asked directly"},
}};
constexpr std::array<Unsupported, 8> unsupported_of_users = {{
    {"exec", credentials_hint},
    {"auth-provider", credentials_hint},
    {"username", credentials_hint},
    {"password", credentials_hint},
    {"as", "give the credentials of that user"},
    {"as-uid", "give the credentials of that user"},
    {"as-groups", "give the credentials of that user"},
    {"as-user-extra", "give the credentials of that user"},
}};

template <std::size_t count>
void refuse_unsupported(const Part& part, const std::array<Unsupported, count>& keys) {
    for (const auto& [key, instead] : keys) {
        const auto* value = value_at(part, key);
        const bool off = value != nullptr && value->is_scalar() &&
                         (value->text().empty() || value->as_bool() == false);
        if (value != nullptr && !off) {
            complain(value->at(), std::string("'") + key + "' of " + part.what +
                                      " is not supported by k8s-node-install: " + instead);
        }
    }
}

bool is_of_host_name(unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-';
}

void read_cluster(const Part& cluster, const Reader& reader, Kubeconfig& config) {
    config.server = without_last_slashes(require_text(cluster, "server"));
    if (!config.server.starts_with("https://") || host_of_url(config.server).empty()) {
        complain(value_at(cluster, "server")->at(),
                 "'server' of " + cluster.what + " must be https://HOST:PORT");
    }
    refuse_unsupported(cluster, unsupported_of_clusters);
    config.tls_server_name = text_at(cluster, "tls-server-name");
    if (!std::ranges::all_of(config.tls_server_name, is_of_host_name)) {
        complain(value_at(cluster, "tls-server-name")->at(),
                 "'tls-server-name' of " + cluster.what + " must be the name of a host");
    }
    auto authority = reader.pem_at(cluster, "certificate-authority");
    if (authority.text.empty()) {
        complain_of_lack(cluster,
                         "neither 'certificate-authority-data' nor 'certificate-authority'",
                         {"certificate-authority-data", "certificate-authority"});
    }
    config.certificate_authority = std::move(authority.text);
    config.origins.certificate_authority = std::move(authority.origin);
}

/// Returns the token of a user, empty if there is none. As in client-go, that of a file, which
/// another program may have renewed, precedes.
std::string token_of(const Part& user, const Reader& reader) {
    const std::string key = text_at(user, "tokenFile").empty() ? "token" : "tokenFile";
    const auto text = key == "token" ? text_at(user, key) : reader.file_at(user, key).text;
    std::string token(trim(text));
    if (std::ranges::any_of(token, [](char c) { return c <= ' ' || c > '~'; })) {
        complain(value_at(user, key)->at(), "'" + key + "' of " + user.what + " is not one word");
    }
    return token;
}

void read_user(const Part& user, const Reader& reader, Kubeconfig& config) {
    refuse_unsupported(user, unsupported_of_users);
    config.token = token_of(user, reader);
    auto certificate = reader.pem_at(user, "client-certificate");
    auto key = reader.pem_at(user, "client-key");
    const std::vector<std::string> keys = {"client-certificate-data", "client-certificate",
                                           "client-key-data", "client-key", "token"};
    if (certificate.text.empty() && key.text.empty() && config.token.empty()) {
        complain_of_lack(user, "neither a client certificate with its key nor a token", keys);
    }
    if (certificate.text.empty() != key.text.empty()) {
        complain_of_lack(user,
                         key.text.empty()
                             ? "a client certificate without its key: 'client-key-data' "
                               "or 'client-key'"
                             : "a client key without its certificate: "
                               "'client-certificate-data' or 'client-certificate'",
                         keys);
    }
    config.client_certificate = std::move(certificate.text);
    config.client_key = std::move(key.text);
    config.origins.client_certificate = std::move(certificate.origin);
    config.origins.client_key = std::move(key.origin);
}

/// Only what says that it is something else is refused: client-go wants neither key.
void require_kubeconfig(const Part& file) {
    for (const auto& [key, wanted] : {std::pair("kind", "Config"), std::pair("apiVersion", "v1")}) {
        const auto text = text_at(file, key);
        if (!text.empty() && text != wanted) {
            complain(value_at(file, key)->at(),
                     "this is not a kubeconfig (apiVersion v1, kind Config)");
        }
    }
}

} // namespace

std::string without_last_slashes(std::string server) {
    while (server.ends_with('/')) {
        server.pop_back();
    }
    return server;
}

Kubeconfig parse_kubeconfig(std::string_view text, const fs::path& path, const Root& root) {
    const Reader reader(path, root);
    Diagnostics diagnostics;
    const LongValues values(text);
    auto tree = parse_yaml(
        std::make_shared<const SourceText>(SourceText{"kubeconfig", reader.shown(), values.rest()}),
        diagnostics);
    throw_first(diagnostics);
    values.put_back(tree);
    if (!tree.is_map()) {
        complain(tree.at(), "this is not a kubeconfig, which is a map");
    }
    const Part file{tree, "the file"};
    require_kubeconfig(file);
    const auto context = referred(file, {"contexts", "context"}, file, "current-context");
    const auto cluster = referred(file, {"clusters", "cluster"}, context, "cluster");
    const auto user = referred(file, {"users", "user"}, context, "user");
    Kubeconfig config;
    read_cluster(cluster, reader, config);
    read_user(user, reader, config);
    for (const auto* list : {"contexts", "clusters", "users"}) {
        config.has_other_entries = config.has_other_entries || entries_of(file, list).size() > 1;
    }
    return config;
}

std::optional<Kubeconfig> read_kubeconfig_if_exists(const fs::path& path, const Root& root) {
    return with_context("reading the kubeconfig " + path.string(), [&] {
        const auto text = read_regular_file_if_exists(root.at(path));
        return text ? std::optional(parse_kubeconfig(*text, path, root)) : std::nullopt;
    });
}

Kubeconfig read_kubeconfig(const fs::path& path, const Root& root) {
    auto config = read_kubeconfig_if_exists(path, root);
    if (!config) {
        throw system_error(ENOENT, "open " + root.at(path).string())
            .while_doing("reading the kubeconfig " + path.string());
    }
    return *std::move(config);
}

} // namespace k8s_node
