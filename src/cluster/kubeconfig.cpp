#include "cluster/kubeconfig.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>

#include <yaml-cpp/yaml.h>

#include "kubeconfig/base64.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace fs = std::filesystem;

namespace {

/// The origin of the text; adds the place to every error.
struct Source {
    fs::path path;
    Root root;

    [[noreturn]] void complain(const YAML::Mark& mark, const std::string& what) const {
        const auto line = mark.is_null() ? "" : std::to_string(mark.line + 1) + ":";
        throw Error(path.string() + ":" + line + " " + what, ExitStatus::configuration);
    }
};

using Fields = std::map<std::string, YAML::Node>;

/// Returns the fields of a mapping; each must be known and given once.
Fields read_fields(const Source& source, const YAML::Node& node, const std::string& what,
                   std::initializer_list<std::string_view> known) {
    if (!node.IsMap()) {
        source.complain(node.Mark(), what + " must be a mapping");
    }
    Fields fields;
    for (const auto& entry : node) {
        const auto& key = entry.first.Scalar();
        if (std::ranges::find(known, key) == known.end()) {
            source.complain(entry.first.Mark(), "unknown key '" + key + "' in " + what);
        }
        if (!fields.emplace(key, entry.second).second) {
            source.complain(entry.first.Mark(), "'" + key + "' is given twice in " + what);
        }
    }
    return fields;
}

std::string scalar(const Source& source, const Fields& fields, const std::string& key,
                   const YAML::Mark& owner, const std::string& what) {
    const auto found = fields.find(key);
    if (found == fields.end()) {
        source.complain(owner, what + " has no '" + key + "'");
    }
    if (!found->second.IsScalar() || found->second.Scalar().empty()) {
        source.complain(found->second.Mark(), "'" + key + "' in " + what + " must be a string");
    }
    return found->second.Scalar();
}

/// Returns the body of the entry `name` in one of the lists: "clusters", "users", "contexts".
YAML::Node named_entry(const Source& source, const Fields& top, const std::string& list,
                       const std::string& body, const std::string& name) {
    const auto found = top.find(list);
    if (found == top.end() || !found->second.IsSequence()) {
        source.complain(YAML::Mark::null_mark(), "there is no list '" + list + "'");
    }
    for (const auto& entry : found->second) {
        const auto what = "an entry of " + list;
        auto fields = read_fields(source, entry, what, {"name", body});
        if (scalar(source, fields, "name", entry.Mark(), what) != name) {
            continue;
        }
        if (!fields.contains(body)) {
            source.complain(entry.Mark(), what + " has no '" + body + "'");
        }
        return fields[body];
    }
    source.complain(found->second.Mark(), "'" + name + "' is not in " + list);
}

std::string decode_base64(const Source& source, const YAML::Node& node, const std::string& key) {
    auto bytes = from_base64(trim(node.Scalar()));
    if (!bytes) {
        source.complain(node.Mark(), "'" + key + "' is not base64");
    }
    return *std::move(bytes);
}

/// Returns the PEM text of `key` (a file name) or `key`-data (base64); nullopt if neither is
/// given.
std::optional<std::string> pem(const Source& source, const Fields& fields, const std::string& key) {
    std::optional<std::string> text;
    if (const auto inline_data = fields.find(key + "-data"); inline_data != fields.end()) {
        text = decode_base64(source, inline_data->second, inline_data->first);
    } else if (const auto file = fields.find(key); file != fields.end()) {
        text = read_file(source.root.at(source.path.parent_path() / file->second.Scalar()));
    }
    if (text && text->find("-----BEGIN ") == std::string::npos) {
        source.complain(YAML::Mark::null_mark(), "'" + key + "' contains no PEM text");
    }
    return text;
}

void read_cluster(const Source& source, const YAML::Node& node, Kubeconfig& config) {
    const auto fields = read_fields(
        source, node, "cluster", {"server", "certificate-authority-data", "certificate-authority"});
    config.server = scalar(source, fields, "server", node.Mark(), "cluster");
    if (!config.server.starts_with("https://")) {
        source.complain(node.Mark(), "'server' must start with https://");
    }
    while (config.server.ends_with('/')) {
        config.server.pop_back();
    }
    auto authority = pem(source, fields, "certificate-authority");
    if (!authority) {
        source.complain(node.Mark(), "cluster has no 'certificate-authority-data'");
    }
    config.certificate_authority = *std::move(authority);
}

void read_user(const Source& source, const YAML::Node& node, Kubeconfig& config) {
    const auto fields = read_fields(source, node, "user",
                                    {"client-certificate-data", "client-certificate",
                                     "client-key-data", "client-key", "token"});
    if (fields.contains("token")) {
        config.token = scalar(source, fields, "token", node.Mark(), "user");
        return;
    }
    auto certificate = pem(source, fields, "client-certificate");
    auto key = pem(source, fields, "client-key");
    if (!certificate || !key) {
        source.complain(node.Mark(), "user has neither a client certificate with its key nor a "
                                     "token");
    }
    config.client_certificate = *std::move(certificate);
    config.client_key = *std::move(key);
}

YAML::Node load_document(const Source& source, std::string_view text) {
    if (text.find('\0') != std::string_view::npos) { // yaml-cpp would never finish reading it
        source.complain(YAML::Mark::null_mark(), "this is not YAML: it contains a NUL byte");
    }
    try {
        auto documents = YAML::LoadAll(std::string(text));
        if (documents.size() == 1) {
            return documents.front();
        }
    } catch (const YAML::ParserException& failure) {
        source.complain(failure.mark, "this is not YAML: " + failure.msg);
    }
    source.complain(YAML::Mark::null_mark(), "a kubeconfig is exactly one YAML document");
}

} // namespace

Kubeconfig parse_kubeconfig(std::string_view text, const fs::path& path, const Root& root) {
    const Source source{path, root};
    const auto document = load_document(source, text);
    const auto top = read_fields(
        source, document, "a kubeconfig",
        {"apiVersion", "kind", "preferences", "clusters", "users", "contexts", "current-context"});
    const auto mark = document.Mark();
    if (scalar(source, top, "kind", mark, "the file") != "Config" ||
        scalar(source, top, "apiVersion", mark, "the file") != "v1") {
        source.complain(mark, "this is not a kubeconfig (apiVersion v1, kind Config)");
    }
    const auto current = scalar(source, top, "current-context", mark, "the file");
    const auto context = named_entry(source, top, "contexts", "context", current);
    const auto link = read_fields(source, context, "context", {"cluster", "user", "namespace"});
    const auto named = [&](const char* key) {
        return scalar(source, link, key, context.Mark(), "context");
    };
    Kubeconfig config;
    read_cluster(source, named_entry(source, top, "clusters", "cluster", named("cluster")), config);
    read_user(source, named_entry(source, top, "users", "user", named("user")), config);
    return config;
}

Kubeconfig read_kubeconfig(const fs::path& path, const Root& root) {
    return with_context("reading the kubeconfig " + path.string(),
                        [&] { return parse_kubeconfig(read_file(root.at(path)), path, root); });
}

} // namespace k8s_node::cluster
