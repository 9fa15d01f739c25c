#include "cluster/api_error.hpp"

#include <nlohmann/json.hpp>

#include "cluster/json_text.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

constexpr std::size_t longest_quote = 300;

struct Answer {
    std::string message;
    std::string reason;
};

Answer read_status(std::string_view body) {
    const auto object = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (object.is_object() && text_at(object, "kind") == "Status") {
        return {text_at(object, "message"), text_at(object, "reason")};
    }
    return {std::string(trim(body.substr(0, longest_quote))), {}};
}

std::string hint_for(long code) {
    switch (code) {
    case 401:
        return "the API server does not accept the certificate or token in the kubeconfig: it has "
               "expired or belongs to another cluster";
    case 403:
        return "the user in the kubeconfig is not allowed to do this; use one that is "
               "(/etc/kubernetes/admin.conf)";
    case 404:
        return "make sure that its namespace and its kind exist first";
    case 422:
        return "correct the object: the API server names the field";
    default:
        return code >= 500 ? "check its journal: journalctl -u kube-apiserver" : "";
    }
}

} // namespace

ApiError api_error(const HttpReply& reply, std::string_view attempted) {
    const auto answer = read_status(reply.body);
    std::string message = "cannot " + std::string(attempted) + ": ";
    message += answer.message.empty() ? "the API server gave no message" : answer.message;
    message += " (" + std::to_string(reply.status);
    message += (answer.reason.empty() ? "" : " " + answer.reason) + ")";
    ApiError error(std::move(message), reply.status, answer.reason, reply.retry_after);
    if (auto hint = hint_for(reply.status); !hint.empty()) {
        error.try_this(std::move(hint));
    }
    return error;
}

} // namespace k8s_node::cluster
