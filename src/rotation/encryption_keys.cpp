#include "rotation/encryption_keys.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

#include <yaml-cpp/yaml.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view prefix = "key";

Error nothing_to_rotate(const std::string& why) {
    Error error("the encryption of Secrets has no key here that could be replaced: " + why,
                ExitStatus::unsuitable);
    error.try_this("kube-apiserver.encryption in k8s-node-component(7) tells which providers have "
                   "one");
    return error;
}

/// Returns the provider that encrypts in an entry: a map with `keys`.
YAML::Node writer_of(const YAML::Node& entry) {
    const auto providers = entry["providers"];
    if (!providers || !providers.IsSequence() || providers.size() == 0 || !providers[0].IsMap() ||
        providers[0].size() == 0) {
        throw nothing_to_rotate("an entry has no provider");
    }
    const auto kind = providers[0].begin()->first.as<std::string>("");
    auto body = providers[0].begin()->second;
    if (!body.IsMap() || !body["keys"] || body["keys"].size() == 0) {
        throw nothing_to_rotate("the provider " + kind + " writes, which has none");
    }
    return body;
}

std::string name_of(const YAML::Node& key) {
    return key["name"].as<std::string>("");
}

std::vector<std::string> names_in(const YAML::Node& writer) {
    std::vector<std::string> names;
    for (const auto& key : writer["keys"]) {
        names.push_back(name_of(key));
    }
    return names;
}

YAML::Node load(const std::string& text) {
    auto document = YAML::Load(text);
    if (!document.IsMap() || !document["resources"] || document["resources"].size() == 0) {
        throw nothing_to_rotate("no resources are named");
    }
    return document;
}

std::string place_of(const std::string& path, const YAML::Mark& mark) {
    return mark.is_null()
               ? path
               : path + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

/// yaml-cpp's own messages could quote the file.
template <typename Action>
auto in_file(const std::string& path, const Action& action) {
    try {
        return action();
    } catch (const YAML::Exception& error) {
        throw Error(place_of(path, error.mark) +
                    ": this is not the YAML of an EncryptionConfiguration");
    }
}

/// Returns the comment at the beginning of a file, which YAML does not keep.
std::string heading_of(const std::string& text) {
    std::string heading;
    for (const auto& line : split_lines(text)) {
        if (!line.starts_with('#')) {
            break;
        }
        heading += line + "\n";
    }
    return heading;
}

using Keys = std::vector<YAML::Node>;
/// Assigning a YAML::Node changes what it refers to, so keys are never moved within a list.
using Change = std::function<Keys(const Keys&)>;

std::string changed_text(const std::string& text, const Change& change) {
    auto document = load(text);
    for (auto entry : document["resources"]) {
        auto writer = writer_of(entry);
        static_cast<void>(names_in(writer)); // copies of keys have no place that could be told
        Keys keys;
        for (const auto& key : writer["keys"]) {
            keys.push_back(YAML::Clone(key));
        }
        YAML::Node list;
        for (const auto& key : change(keys)) {
            list.push_back(key);
        }
        writer["keys"] = list;
    }
    return heading_of(text) + YAML::Dump(document) + "\n";
}

std::string changed(const std::string& path, const std::string& text, const Change& change) {
    return in_file(path, [&] { return changed_text(text, change); });
}

auto find_key(const Keys& keys, const std::string& name) {
    return std::ranges::find_if(keys, [&](const auto& key) { return name_of(key) == name; });
}

int number_of(const std::string& name) {
    int number = 0;
    if (name.starts_with(prefix)) {
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    }
    return number;
}

} // namespace

std::vector<std::string> key_names(const std::string& path, const std::string& text) {
    return in_file(path, [&] { return names_in(writer_of(load(text)["resources"][0])); });
}

std::string free_key_name(const std::string& path, const std::string& text) {
    return in_file(path, [&] {
        int last = 0;
        for (const auto& entry : load(text)["resources"]) {
            for (const auto& name : names_in(writer_of(entry))) {
                last = std::max(last, number_of(name));
            }
        }
        return std::string(prefix) + std::to_string(last + 1);
    });
}

std::string add_encryption_key(const std::string& path, const std::string& text,
                               const std::string& name, const std::string& secret) {
    return changed(path, text, [&](const Keys& keys) {
        auto all = keys;
        if (find_key(keys, name) == keys.end()) {
            YAML::Node key;
            key["name"] = name;
            key["secret"] = secret;
            all.push_back(key);
        }
        return all;
    });
}

std::string use_encryption_key(const std::string& path, const std::string& text,
                               const std::string& name) {
    return changed(path, text, [&](const Keys& keys) {
        const auto found = find_key(keys, name);
        if (found == keys.end()) {
            throw Error("the encryption configuration has no key " + name + " any more");
        }
        Keys ordered{*found};
        std::ranges::copy_if(keys, std::back_inserter(ordered),
                             [&](const auto& key) { return name_of(key) != name; });
        return ordered;
    });
}

std::string keep_encryption_key(const std::string& path, const std::string& text,
                                const std::string& name) {
    return changed(path, text, [&](const Keys& keys) {
        if (name_of(keys.front()) != name) {
            throw Error("the key " + name +
                        " does not encrypt: the encryption configuration was "
                        "changed by somebody else");
        }
        return Keys{keys.front()};
    });
}

std::vector<std::string> encrypted_resources(const std::string& path, const std::string& text) {
    return in_file(path, [&] {
        std::vector<std::string> resources;
        for (const auto& entry : load(text)["resources"]) {
            for (const auto& resource : entry["resources"]) {
                resources.push_back(resource.as<std::string>(""));
            }
        }
        return resources;
    });
}

} // namespace k8s_node
