#include "etcd/etcd.hpp"

#include <filesystem>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node::cluster {

namespace {

using nlohmann::json;

constexpr const char* server = "https://127.0.0.1:2379";
constexpr const char* directory = "/etc/kubernetes/pki/etcd";

/// Returns the gateway's reason for a refusal, the whole body if that is no JSON.
std::string reason_in(const std::string& body) {
    const auto reply = json::parse(body, nullptr, /*allow_exceptions=*/false);
    return reply.is_object() ? reply.value("message", body) : body;
}

} // namespace

Kubeconfig etcd_credentials(const Root& root) {
    const std::filesystem::path pki = directory;
    Kubeconfig credentials;
    credentials.server = server;
    credentials.certificate_authority = read_file(root.at(pki / "ca.crt"));
    credentials.client_certificate = read_file(root.at(pki / "healthcheck-client.crt"));
    credentials.client_key = read_file(root.at(pki / "healthcheck-client.key"));
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
