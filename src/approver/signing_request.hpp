// CertificateSigningRequest objects of the API, as far as they matter here. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::approver {

using Json = nlohmann::json;

inline constexpr std::string_view kubelet_serving = "kubernetes.io/kubelet-serving";

/// A request, and who made it: the API server fills in user and groups, and nobody can change them
/// or the request itself.
struct SigningRequest {
    std::string name;
    std::string signer;
    std::string user;
    std::vector<std::string> groups;
    std::vector<std::string> usages;
    std::string pem;         ///< PKCS#10; empty if it is not even base64
    bool is_pending = false; ///< neither approved nor denied, failed or signed
};

/// Reads an object of the API, without trusting its structure.
[[nodiscard]] SigningRequest read_signing_request(const Json& object);

/// Returns the path of the subresource by which `object` is approved or denied.
[[nodiscard]] std::string approval_path(const std::string& name);

/// A condition that decides a request, as kubectl shows it.
struct Condition {
    std::string type;    ///< "Approved" or "Denied"
    std::string reason;  ///< one word in CamelCase
    std::string message; ///< for people
};

/// Returns the object with the condition. It keeps its resource version, so that the API server
/// refuses it if anybody has decided since.
[[nodiscard]] Json with_condition(Json object, const Condition& condition);

} // namespace k8s_node::approver
