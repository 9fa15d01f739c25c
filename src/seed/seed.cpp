#include "seed/seed.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "pki/encryption.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

constexpr const char* api_port = ":6443";

/// An authority by the path of its files and its common name, as the components name them.
struct PlannedAuthority {
    const char* path;
    const char* common_name;
};

constexpr std::array<PlannedAuthority, 3> authorities{
    {{"ca", "kubernetes"}, {"etcd/ca", "etcd-ca"}, {"front-proxy-ca", "front-proxy-ca"}}};

void add_authority(const PlannedAuthority& planned, ClusterKeys& keys) {
    const std::string path = planned.path;
    CertificateSpec spec;
    spec.name = path;
    spec.common_name = planned.common_name;
    const auto key = create_key(KeyAlgorithm::ecdsa_p256);
    keys[path + ".key"] = key_to_pem(key);
    keys[path + ".crt"] = certificate_to_pem(
        create_authority(spec, key, validity_from(utc_now(), PkiSpec{}.authority_days)));
}

std::string url_of(const std::string& host) {
    return "https://" + host_in_url(host) + api_port;
}

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
    throw Error(message, ExitStatus::usage).try_this(hint);
}

void check(const SeedRequest& request) {
    if (request.control_planes.empty()) {
        refuse("no control plane is named", "--control-plane NAME=ADDRESS, once for each");
    }
    std::set<std::string> names;
    for (const auto& each : request.control_planes) {
        if (!names.insert(each.name).second) {
            refuse("--control-plane " + each.name + ": this name is given twice",
                   "each machine needs its own");
        }
    }
    if (request.endpoint.empty() && request.control_planes.front().address.empty()) {
        refuse("nothing says where " + request.control_planes.front().name + " can be reached",
               "--control-plane NAME=ADDRESS, or --endpoint https://NAME:6443 of a load balancer");
    }
    const bool any_unknown = std::ranges::any_of(
        request.control_planes, [](const auto& each) { return each.address.empty(); });
    if (request.control_planes.size() > 1 && request.endpoint.empty() && any_unknown) {
        refuse("not every control plane has an address, so one that is made anew could not ask the "
               "others if there is a cluster, and would begin a second one",
               "--control-plane NAME=ADDRESS for each, or --endpoint of a load balancer");
    }
    if (request.ttl <= std::chrono::seconds(0)) {
        refuse("a seed must end: after that a machine that is made anew cannot begin a second "
               "cluster",
               "--ttl 24h");
    }
}

void set(Tree& settings, const std::string& key, const std::string& value) {
    if (!value.empty()) {
        settings.entries().push_back({key, {}, Tree::scalar(value, false, {})});
    }
}

Tree settings_of(const SeedRequest& request) {
    Tree cluster = Tree::map({});
    set(cluster, "network", request.network);
    set(cluster, "load_balancer", request.load_balancer);
    Tree settings = Tree::map({});
    if (!cluster.entries().empty()) {
        settings.entries().push_back({"cluster", {}, std::move(cluster)});
    }
    return settings;
}

JoinData what_all_have(const SeedRequest& request, std::chrono::sys_seconds now) {
    JoinData data;
    const auto& first = request.control_planes.front().address;
    data.endpoint.name = request.endpoint.empty() ? url_of(first) : request.endpoint;
    for (const auto& each : request.control_planes) {
        if (!each.address.empty() && url_of(each.address) != data.endpoint.name) {
            data.control_planes.push_back({url_of(each.address), {}});
        }
    }
    data.token = create_token();
    if (!request.release.empty()) {
        data.release = NamedAt{request.release, {}};
    }
    data.settings = settings_of(request);
    data.begins_until = now + request.ttl;
    return data;
}

} // namespace

ClusterKeys create_cluster_keys() {
    ClusterKeys keys;
    for (const auto& each : authorities) {
        add_authority(each, keys);
    }
    const auto accounts = create_key(KeyAlgorithm::ecdsa_p256);
    keys["sa.key"] = key_to_pem(accounts);
    keys["sa.pub"] = public_key_to_pem(accounts);
    keys[shared_encryption_config] = render_encryption_config({}, random_key());
    return keys;
}

Seed create_seed(const SeedRequest& request, std::chrono::sys_seconds now) {
    check(request);
    auto all = what_all_have(request, now);
    const auto keys = create_cluster_keys();
    all.authority = keys.at("ca.crt");
    Seed seed{all, all};
    seed.control_plane.keys = keys;
    seed.control_plane.begins = NamedAt{request.control_planes.front().name, {}};
    seed.control_plane.profile = NamedAt{"master", {}};
    seed.worker.profile = NamedAt{"worker", {}};
    return seed;
}

} // namespace k8s_node
