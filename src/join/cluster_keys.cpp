#include "join/cluster_keys.hpp"

#include <algorithm>
#include <array>

#include "join/identity.hpp"
#include "pki/certificate.hpp"
#include "pki/encryption.hpp"
#include "pki/key.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

bool holds(const std::string& path, const char* ending) {
    return path.ends_with(ending);
}

KeyHandle public_half(const std::string& path, const std::string& text) {
    return std::move(parse_public_keys(text, path).front());
}

/// A private key and the file that shows its public half.
struct Pair {
    const char* key;
    const char* shown;
};

constexpr std::array<Pair, 4> pairs{{{"ca.key", "ca.crt"},
                                     {"etcd/ca.key", "etcd/ca.crt"},
                                     {"front-proxy-ca.key", "front-proxy-ca.crt"},
                                     {"sa.key", "sa.pub"}}};

void check_pair(const Pair& pair, const ClusterKeys& keys) {
    const auto key = parse_key(keys.at(pair.key), pair.key);
    const auto& shown = keys.at(pair.shown);
    const bool is_own =
        holds(pair.shown, ".crt")
            ? X509_check_private_key(parse_certificates(shown, pair.shown).front().get(),
                                     key.get()) == 1
            : same_key(key, public_half(pair.shown, shown));
    if (!is_own) {
        throw Error(std::string(pair.key) + " is not the key of " + pair.shown);
    }
}

} // namespace

const std::vector<ClusterKey>& known_cluster_keys() {
    static const std::vector<ClusterKey> known = {
        {"ca.crt", false, true},
        {"ca.key", true, true},
        {"etcd/ca.crt", false, true},
        {"etcd/ca.key", true, true},
        {"front-proxy-ca.crt", false, true},
        {"front-proxy-ca.key", true, true},
        {"sa.pub", false, true},
        {"sa.key", true, true},
        {shared_encryption_config, true, false}, // kubeadm's clusters need not have it
    };
    return known;
}

const ClusterKey* find_cluster_key(std::string_view path) {
    const auto& known = known_cluster_keys();
    const auto found =
        std::ranges::find_if(known, [&](const auto& each) { return path == each.path; });
    return found == known.end() ? nullptr : &*found;
}

void check_cluster_key(const std::string& path, const std::string& text) {
    if (holds(path, ".crt")) {
        static_cast<void>(parse_certificates(text, path));
    } else if (holds(path, ".pub")) {
        static_cast<void>(parse_public_keys(text, path));
    } else if (holds(path, ".key")) {
        static_cast<void>(parse_key(text, path));
    } else if (const auto verdict = judge_encryption_config(EncryptionSpec{.path = path}, text);
               !is_usable(verdict.state)) {
        throw Error(path + ": " + verdict.reason);
    }
}

void check_cluster_keys(const ClusterKeys& keys) {
    for (const auto& known : known_cluster_keys()) {
        if (known.is_required && !keys.contains(known.path)) {
            throw Error(std::string(known.path) + " is missing");
        }
    }
    for (const auto& [path, text] : keys) {
        check_cluster_key(path, text);
    }
    for (const auto& pair : pairs) {
        check_pair(pair, keys);
    }
}

bool is_same_cluster_key(const std::string& path, const std::string& one,
                         const std::string& other) {
    if (one == other) {
        return true;
    }
    try {
        if (holds(path, ".crt")) {
            return share_certificate(one, other);
        }
        if (holds(path, ".key")) {
            return same_key(parse_key(one, path), parse_key(other, path));
        }
        return holds(path, ".pub") && same_key(public_half(path, one), public_half(path, other));
    } catch (const Error&) {
        return false;
    }
}

} // namespace k8s_node
