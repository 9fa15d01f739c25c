#include "approver/signing_request.hpp"

#include "cluster/api_path.hpp"
#include "cluster/json_text.hpp"
#include "kubeconfig/base64.hpp"

namespace k8s_node::approver {

namespace {

using cluster::part_at;
using cluster::text_at;

std::vector<std::string> texts_at(const Json& object, const char* key) {
    std::vector<std::string> texts;
    for (const auto& item : part_at(object, key)) {
        texts.push_back(item.is_string() ? item.get<std::string>() : std::string());
    }
    return texts;
}

bool is_pending(const Json& status) {
    return part_at(status, "conditions").empty() && text_at(status, "certificate").empty();
}

} // namespace

SigningRequest read_signing_request(const Json& object) {
    const auto spec = part_at(object, "spec");
    SigningRequest request;
    request.name = text_at(part_at(object, "metadata"), "name");
    request.signer = text_at(spec, "signerName");
    request.user = text_at(spec, "username");
    request.groups = texts_at(spec, "groups");
    request.usages = texts_at(spec, "usages");
    request.pem = from_base64(text_at(spec, "request")).value_or("");
    request.is_pending = is_pending(part_at(object, "status"));
    return request;
}

std::string approval_path(const std::string& name) {
    return "/apis/certificates.k8s.io/v1/certificatesigningrequests/" +
           cluster::escape_segment(name) + "/approval";
}

Json with_condition(Json object, const Condition& condition) {
    object["status"]["conditions"].push_back({{"type", condition.type},
                                              {"status", "True"},
                                              {"reason", condition.reason},
                                              {"message", condition.message}});
    return object;
}

} // namespace k8s_node::approver
