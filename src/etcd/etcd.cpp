#include "etcd/etcd.hpp"

#include "cluster/api_error.hpp"
#include "support/files.hpp"

namespace k8s_node::cluster {

namespace {

using nlohmann::json;

/// Returns the gateway's reason for a refusal, the whole body if that is no JSON.
std::string reason_in(const std::string& body) {
    const auto reply = json::parse(body, nullptr, /*allow_exceptions=*/false);
    return reply.is_object() ? reply.value("message", body) : body;
}

void throw_if_refused(const HttpReply& reply, const std::string& path) {
    if (reply.status != 200) {
        const auto reason = reason_in(reply.body);
        throw EtcdError("etcd answered " + std::to_string(reply.status) + " to " + path + ": " +
                            reason,
                        reply.status, reason);
    }
}

HttpRequest request_for(const std::string& path, const json& question) {
    return {"POST", path, "application/json", question.dump()};
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
    const auto reply = transport.send(request_for(path, question));
    throw_if_refused(reply, path);
    return json::parse(reply.body);
}

json ask_etcd_within(Transport& transport, const std::string& path, const json& question,
                     std::chrono::milliseconds time) {
    std::string body;
    const auto reply = transport.stream(request_for(path, question), Clock::now() + time,
                                        [&](std::string_view chunk) {
                                            body.append(chunk);
                                            return Flow::go_on;
                                        });
    throw_if_refused(reply, path);
    auto answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) {
        throw ConnectionError("etcd's answer to " + path + " is not complete");
    }
    return answer;
}

} // namespace k8s_node::cluster
