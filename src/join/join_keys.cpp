#include "join/join_keys.hpp"

#include "join/certificate_key.hpp"
#include "join/identity.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

void add(Tree& map, const std::string& key, Tree value) {
    map.entries().push_back({key, {}, std::move(value)});
}

std::string secret_in(const Tree* map, const std::string& key) {
    const auto* found = map == nullptr ? nullptr : map->find(key);
    return found == nullptr ? std::string() : found->text();
}

std::string known_paths() {
    std::vector<std::string> paths;
    for (const auto& each : known_cluster_keys()) {
        paths.emplace_back(each.path);
    }
    return join(paths, ", ");
}

void read_certificate_key(MapReader& reader, const Tree& secrets, JoinData& data,
                          Diagnostics& diagnostics) {
    data.certificate_key_at = reader.at("certificate_key");
    if (reader.take_text("certificate_key").empty()) {
        return;
    }
    data.certificate_key = secret_in(&secrets, "certificate_key");
    if (!is_certificate_key(data.certificate_key)) {
        diagnostics.add(data.certificate_key_at, "this is not a certificate key",
                        "it is 64 digits of 0-9 and a-f, as token create --profile master and "
                        "kubeadm print it");
        data.certificate_key.clear();
    }
}

/// Returns false if a key is reported.
bool read_each_key(const std::vector<const Tree::Entry*>& entries, const Tree* secrets,
                   JoinData& data, Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    for (const auto* entry : entries) {
        if (find_cluster_key(entry->key) == nullptr) {
            diagnostics.add(entry->key_at, "'" + entry->key + "' is no key of a cluster",
                            "known: " + known_paths());
            continue;
        }
        auto text = secret_in(secrets, entry->key);
        try {
            check_cluster_key(entry->key, text);
        } catch (const Error& error) {
            diagnostics.add(entry->value.at(), error.message(), error.hint());
        }
        data.keys[entry->key] = std::move(text);
    }
    return diagnostics.size() == reported;
}

void require_consistent_keys(JoinData& data, Diagnostics& diagnostics) {
    try {
        check_cluster_keys(data.keys);
    } catch (const Error& error) {
        diagnostics.add(data.keys_at, "the keys of a control plane: " + error.message(),
                        "all of one cluster are needed: " + known_paths());
        return;
    }
    const auto& own = data.keys.at("ca.crt");
    if (data.authority.empty()) {
        data.authority = own;
    } else if (!share_certificate(data.authority, own)) {
        diagnostics.add(data.keys_at, "'ca' is not the CA of these keys",
                        "one of them is of another cluster");
    }
}

} // namespace

void read_keys(MapReader& reader, const Tree& secrets, JoinData& data, Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    read_certificate_key(reader, secrets, data, diagnostics);
    data.keys_at = reader.at("keys");
    const auto entries = reader.take_scalar_map("keys");
    if (!entries.empty() && read_each_key(entries, secrets.find("keys"), data, diagnostics) &&
        diagnostics.size() == reported) {
        require_consistent_keys(data, diagnostics);
    }
}

void read_beginning(MapReader& reader, JoinData& data, Diagnostics& diagnostics) {
    const auto name = reader.take_text("begins");
    if (!name.empty()) {
        data.begins = NamedAt{name, reader.at("begins")};
    }
    const auto until = reader.take_text("begins_until");
    if (!until.empty()) {
        data.begins_until = parse_utc(until);
        if (!data.begins_until) {
            diagnostics.add(reader.at("begins_until"), "'" + until + "' is not a time",
                            "write it as 2027-03-01T12:00:00Z");
        }
    } else if (data.begins) {
        diagnostics.add(data.begins->at, "'begins' needs 'begins_until'",
                        "after that time the data only join: a machine that is made anew much "
                        "later must not begin a second cluster");
    }
    if (data.begins && data.keys.empty()) {
        diagnostics.add(data.begins->at, "'begins' needs 'keys'",
                        "a cluster is begun with the keys that all of its control planes have");
    }
}

void add_keys(Tree& map, const JoinData& data) {
    if (!data.certificate_key.empty()) {
        add(map, "certificate_key", Tree::scalar(data.certificate_key, true, {}));
    }
    if (data.keys.empty()) {
        return;
    }
    Tree keys = Tree::map({});
    for (const auto& known : known_cluster_keys()) {
        if (const auto found = data.keys.find(known.path); found != data.keys.end()) {
            add(keys, found->first, Tree::scalar(found->second, true, {}));
        }
    }
    add(map, "keys", std::move(keys));
}

void add_beginning(Tree& map, const JoinData& data) {
    if (data.begins) {
        add(map, "begins", Tree::scalar(data.begins->name, false, {}));
    }
    if (data.begins_until) {
        add(map, "begins_until", Tree::scalar(utc_text(*data.begins_until), true, {}));
    }
}

} // namespace k8s_node
