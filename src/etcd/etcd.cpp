#include "etcd/etcd.hpp"

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node::cluster {

namespace {

using nlohmann::json;

/// Returns the gateway's reason for a refusal, the whole body if that is no JSON.
std::string reason_in(const std::string& body) {
    const auto reply = json::parse(body, nullptr, /*allow_exceptions=*/false);
    return reply.is_object() ? reply.value("message", body) : body;
}

} // namespace

Kubeconfig etcd_credentials(const EtcdMember& etcd, const Root& root) {
    Kubeconfig credentials;
    credentials.server = etcd.endpoint;
    credentials.certificate_authority = read_file(root.at(etcd.ca));
    credentials.client_certificate = read_file(root.at(etcd.certificate));
    credentials.client_key = read_file(root.at(etcd.key));
    return credentials;
}

json ask_etcd(Transport& transport, const std::string& path, const json& question) {
    const auto reply = transport.send({"POST", path, "application/json", question.dump()});
    if (reply.status != 200) {
        throw Error("etcd answered " + std::to_string(reply.status) + " to " + path + ": " +
                    reason_in(reply.body));
    }
    return json::parse(reply.body);
}

} // namespace k8s_node::cluster
