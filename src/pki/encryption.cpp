#include "pki/encryption.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <yaml-cpp/yaml.h>

#include "kubeconfig/base64.hpp"
#include "pki/openssl.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t key_bytes = 32;

std::string text_at(const YAML::Node& map, const std::string& key) {
    return map[key].as<std::string>("");
}

bool names(const YAML::Node& list, const std::string& word) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& each) { return each.template as<std::string>("") == word; });
}

/// Returns the provider that writes `resource`: the first of the first entry that names it. Empty
/// if none does, which means plain text.
std::string writer_of(const YAML::Node& document, const std::string& resource) {
    if (!document.IsMap() || text_at(document, "kind") != "EncryptionConfiguration") {
        throw Error("its kind is not EncryptionConfiguration");
    }
    for (const auto& entry : document["resources"]) {
        const auto providers = entry["providers"];
        if (names(entry["resources"], resource) && providers.size() > 0 && providers[0].IsMap()) {
            return providers[0].begin()->first.as<std::string>("");
        }
    }
    return {};
}

/// Does not pass on yaml-cpp's own messages, which could quote the file.
std::string read_writer(const std::string& text, const std::string& resource) {
    try {
        return writer_of(YAML::Load(text), resource);
    } catch (const YAML::Exception& error) {
        throw Error("line " + std::to_string(error.mark.line + 1) + " is not the expected YAML");
    }
}

} // namespace

std::string random_key() {
    std::array<unsigned char, key_bytes> bytes{};
    require(RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())), "generate a random key");
    auto text =
        to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); // NOLINT(*-cast)
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return text;
}

std::string render_encryption_config(const EncryptionSpec& spec, std::string_view key) {
    YAML::Node providers;
    if (spec.provider != EncryptionProvider::identity) {
        YAML::Node named;
        named["name"] = "key1";
        named["secret"] = std::string(key);
        YAML::Node writer;
        writer[to_text(spec.provider)]["keys"].push_back(named);
        providers.push_back(writer);
    }
    YAML::Node plain_text;
    plain_text["identity"] = YAML::Node(YAML::NodeType::Map);
    plain_text["identity"].SetStyle(YAML::EmitterStyle::Flow); // else {} is on a line of its own
    providers.push_back(plain_text);
    YAML::Node entry;
    entry["resources"] = spec.resources;
    entry["resources"].SetStyle(YAML::EmitterStyle::Flow);
    entry["providers"] = providers;

    YAML::Node document;
    document["apiVersion"] = "apiserver.config.k8s.io/v1";
    document["kind"] = "EncryptionConfiguration";
    document["resources"].push_back(entry);
    return "# Created once by k8s-node-install; only certs rotate-key changes it.\n"
           "# Keep a backup with that of /etc/kubernetes/pki: encrypted data in\n"
           "# etcd cannot be read without the key in this file.\n" +
           YAML::Dump(document) + "\n";
}

Verdict judge_encryption_config(const EncryptionSpec& wanted,
                                const std::optional<std::string>& text) {
    if (!text) {
        return {PkiState::missing, {}, {}};
    }
    try {
        for (const auto& resource : wanted.resources) {
            const auto found = read_writer(*text, resource);
            if (found != to_text(wanted.provider)) {
                return {PkiState::kept,
                        resource + " are written by " + (found.empty() ? "no provider" : found) +
                            ", not by " + to_text(wanted.provider) + "; you may change this file",
                        {}};
            }
        }
    } catch (const Error& error) {
        return {PkiState::broken, error.message(),
                "restore it from a backup: what it encrypted can be read only with its keys"};
    }
    return {};
}

} // namespace k8s_node
