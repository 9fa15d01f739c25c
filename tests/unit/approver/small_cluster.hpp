// A control plane, two workers, and the request that the first worker's kubelet makes.
#pragma once

#include <map>

#include "approver/decision.hpp"
#include "kubeconfig/base64.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "unit/pki/request_form.hpp"

namespace k8s_node::approver {

/// The addresses of a Node object by their types.
using Addresses = std::vector<std::pair<std::string, std::string>>;

inline Json node(const std::string& name, const Addresses& addresses,
                 Json labels = Json::object()) {
    Json object = {{"kind", "Node"}, {"metadata", {{"name", name}, {"labels", std::move(labels)}}}};
    for (const auto& [type, address] : addresses) {
        object["status"]["addresses"].push_back({{"type", type}, {"address", address}});
    }
    return object;
}

inline const Json control_plane_label = {{"node-role.kubernetes.io/control-plane", ""}};

inline const Json cp1 =
    node("cp1", {{"InternalIP", "192.0.2.1"}, {"Hostname", "cp1"}}, control_plane_label);
inline const Json w1 = node("w1", {{"InternalIP", "192.0.2.7"},
                                   {"ExternalIP", "2001:db8::7"},
                                   {"InternalDNS", "w1.Example.org."},
                                   {"Hostname", "w1"}});
inline const Json w2 = node("w2", {{"InternalIP", "192.0.2.8"}, {"Hostname", "w2-host"}});

inline NodeDirectory directory(const std::vector<Json>& nodes = {cp1, w1, w2}) {
    NodeDirectory directory;
    for (const auto& one : nodes) {
        directory.put(claims_of(one));
    }
    return directory;
}

/// The certificate of an API server behind a virtual address.
inline Reserved reserved() {
    CertificateSpec spec;
    spec.common_name = "kube-apiserver";
    spec.server = true;
    spec.dns_names = {"kubernetes", "kubernetes.default.svc.cluster.local", "api.example.org",
                      "*.example.org"};
    spec.ip_addresses = {"10.96.0.1", "192.0.2.100", "2001:db8::100"};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const Validity validity = validity_from(now, 2);
    const auto key = create_key(KeyAlgorithm::ecdsa_p256);
    CertificateSpec authority_spec;
    authority_spec.common_name = "kubernetes";
    const auto authority = create_authority(authority_spec, key, validity);
    return {create_leaf(spec, key, authority, key, validity),
            "cluster.local",
            {"10.244.0.0/16", "10.96.0.0/16"}};
}

/// The object that the API server makes of a request of this form by the node w1.
inline Json request_object(const pki_test::RequestForm& form, const std::string& name = "csr-1") {
    return {{"kind", "CertificateSigningRequest"},
            {"metadata", {{"name", name}, {"resourceVersion", "7"}}},
            {"spec",
             {{"signerName", "kubernetes.io/kubelet-serving"},
              {"username", "system:node:w1"},
              {"groups", {"system:nodes", "system:authenticated"}},
              {"usages", {"digital signature", "server auth"}},
              {"request", to_base64(pki_test::make_request(form))}}},
            {"status", Json::object()}};
}

} // namespace k8s_node::approver
